//! Letters stand inside the ring, clear of each other and of the star, however long the name is.

use super::*;

type Point = (f32, f32);

fn corners(letter: &Letter) -> [Point; 4] {
    let (sin, cos) = letter.turned.to_radians().sin_cos();
    let (w, h) = (letter.width / 2.0, letter.height / 2.0);
    [(-w, -h), (w, -h), (w, h), (-w, h)]
        .map(|(x, y)| (letter.x + x * cos - y * sin, letter.y + x * sin + y * cos))
}

/// Whether two convex shapes lie apart: some side of one has the other wholly beyond it.
fn apart(one: &[Point], other: &[Point]) -> bool {
    let beyond = |of: &[Point], from: &[Point]| {
        (0..of.len()).any(|n| {
            let ((x1, y1), (x2, y2)) = (of[n], of[(n + 1) % of.len()]);
            from.iter().all(|(x, y)| (x2 - x1) * (y - y1) - (y2 - y1) * (x - x1) < 1e-3)
        })
    };
    beyond(one, other) || beyond(other, one)
}

fn check(look: &SealLook) {
    let (frame, letters) = places(look, |c| if c.is_ascii() { 0.55 } else { 1.0 });
    let what = format!("{:?} {} {}", look.shape, look.arc.chars().count(), look.line);
    let [left, top, right, bottom] = frame.edge;
    let (x, y) = ((left + right) / 2.0, (top + bottom) / 2.0);
    let (a, b) = ((right - left - RING) / 2.0, (bottom - top - RING) / 2.0);
    for letter in &letters {
        for (px, py) in corners(letter) {
            let (dx, dy) = ((px - x) / a, (py - y) / b);
            let inside = if frame.square { dx.abs().max(dy.abs()) } else { dx.hypot(dy) };
            assert!(inside < 0.995, "{what}: {} leaves the ring: {inside}", letter.c);
        }
        assert!(letter.height >= 0.9 && letter.width >= 0.5, "{what}: {letter:?} cannot be read");
    }
    for (n, one) in letters.iter().enumerate() {
        for other in &letters[n + 1..] {
            let clear = apart(&corners(one), &corners(other));
            assert!(clear, "{what}: {} and {} overlap: {one:?} {other:?}", one.c, other.c);
        }
        // A star is five triangles and what they leave; its hull is more than it covers.
        let hull: Vec<Point> = frame.star.iter().step_by(2).copied().collect();
        assert!(hull.is_empty() || apart(&corners(one), &hull), "{what}: {} is on the star", one.c);
    }
}

#[test]
fn every_name_fits_every_seal() {
    for count in 2..=40 {
        let arc: String = "示例省示例市示例区市场监督管理局行政审批服务便民中心知识产权"
            .chars()
            .cycle()
            .take(count)
            .collect();
        for line in ["", "行政审批专用章", "行政审批与公共服务电子文件专用章"]
        {
            for (shape, size_mm) in [
                (Shape::Star, (42, 42)),
                (Shape::Star, (45, 45)),
                (Shape::Round, (42, 42)),
                (Shape::Oval, (45, 30)),
            ] {
                check(&SealLook {
                    shape,
                    size_mm,
                    arc: arc.clone(),
                    line: line.into(),
                    code: "9901020012345".into(),
                    mark: "样例".into(),
                    pixels_per_mm: 12,
                });
            }
        }
    }
}

#[test]
fn a_name_seal_has_four_fields() {
    for (name, cells) in [("吴东", "吴东之印"), ("林致远", "林致远印"), ("欧阳致远", "欧阳致远")]
    {
        let look = SealLook {
            shape: Shape::Square,
            size_mm: (20, 20),
            arc: name.into(),
            line: String::new(),
            code: String::new(),
            mark: "样例".into(),
            pixels_per_mm: 12,
        };
        check(&look);
        let (_, letters) = places(&look, |_| 1.0);
        let said: String = letters.iter().take(4).map(|l| l.c).collect();
        assert_eq!(said, cells);
        assert!(letters[0].x > letters[2].x && letters[0].y < letters[1].y, "from the right, down");
    }
}

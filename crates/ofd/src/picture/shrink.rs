//! Pictures with more dots than the page has room for: every point of the page gets the mean of the dots that fall on it,
//! each by its share of the point, so that the cells of a code come out as their outlines would.

use tiny_skia::{Pixmap, PremultipliedColorU8, Transform};

/// A shrunk picture and the point of the page its first dot goes to.
pub(super) struct Shrunk {
    pub picture: Pixmap,
    pub x: i32,
    pub y: i32,
}

/// The dots of one point along one side, with their shares; the shares of a point inside the picture come to one.
struct Span {
    first: usize,
    shares: Vec<f32>,
}

/// The picture as points of a page of `page` points, when `at` (dots to points) only moves and shrinks it; nothing when it
/// turns, mirrors or enlarges, or none of it falls on the page.
pub(super) fn shrunk(image: &Pixmap, at: Transform, page: (u32, u32)) -> Option<Shrunk> {
    let shrinks = |scale: f32| scale > 0.0 && scale < 1.0;
    let moves = at.kx == 0.0 && at.ky == 0.0 && at.is_finite();
    if !moves || !shrinks(at.sx) || !shrinks(at.sy) {
        return None;
    }
    let (x, across) = spans(image.width(), at.sx, at.tx, page.0)?;
    let (y, down) = spans(image.height(), at.sy, at.ty, page.1)?;
    let mut picture = Pixmap::new(across.len() as u32, down.len() as u32)?;
    let width = image.width() as usize;
    let mut points = picture.pixels_mut().iter_mut();
    // One row of dots summed down at a time: a picture is read once, however large it is.
    let mut column = vec![[0f32; 4]; width];
    for row in &down {
        column.fill([0.0; 4]);
        for (dots, share) in image.pixels().chunks(width).skip(row.first).zip(&row.shares) {
            for (sum, dot) in column.iter_mut().zip(dots) {
                add(sum, [dot.red(), dot.green(), dot.blue(), dot.alpha()].map(f32::from), *share);
            }
        }
        for point in &across {
            let mut sum = [0f32; 4];
            for (dots, share) in column.iter().skip(point.first).zip(&point.shares) {
                add(&mut sum, *dots, *share);
            }
            if let Some(place) = points.next() {
                *place = color(sum)?;
            }
        }
    }
    Some(Shrunk { picture, x, y })
}

fn add(sum: &mut [f32; 4], more: [f32; 4], share: f32) {
    for (sum, more) in sum.iter_mut().zip(more) {
        *sum += more * share;
    }
}

fn color(sum: [f32; 4]) -> Option<PremultipliedColorU8> {
    let [r, g, b, a] = sum.map(|value| value.round().clamp(0.0, 255.0) as u8);
    // Rounding must not make a colour stronger than its cover.
    PremultipliedColorU8::from_rgba(r.min(a), g.min(a), b.min(a), a)
}

/// First point of the page, and for every point from there which of `dots` fall on it.
fn spans(dots: u32, scale: f32, from: f32, points: u32) -> Option<(i32, Vec<Span>)> {
    let first = from.floor().max(0.0);
    let end = (from + dots as f32 * scale).ceil().min(points as f32);
    if first >= end {
        return None;
    }
    let span = |point: u32| {
        let edge = |point: f32| ((point - from) / scale).clamp(0.0, dots as f32);
        let (begin, end) = (edge(point as f32), edge(point as f32 + 1.0));
        // What lies outside the picture has no share: the edge of a picture is as pale as its cover.
        let share = |dot: u32| ((dot as f32 + 1.0).min(end) - (dot as f32).max(begin)) * scale;
        let first = begin.floor() as u32;
        Span { first: first as usize, shares: (first..end.ceil() as u32).map(share).collect() }
    };
    Some((first as i32, (first as u32..end as u32).map(span).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grey(side: u32, shade: impl Fn(u32, u32) -> u8) -> Pixmap {
        let mut picture = Pixmap::new(side, side).unwrap();
        for (at, dot) in (0u32..).zip(picture.pixels_mut()) {
            let shade = shade(at % side, at / side);
            *dot = PremultipliedColorU8::from_rgba(shade, shade, shade, 255).unwrap();
        }
        picture
    }

    #[test]
    fn a_point_is_the_mean_of_its_dots() {
        let board = grey(8, |x, y| if (x / 4 + y / 4) % 2 == 0 { 0 } else { 200 });
        let at = Transform::from_row(0.25, 0.0, 0.0, 0.25, 3.0, 5.0);
        let out = shrunk(&board, at, (20, 20)).unwrap();
        assert_eq!((out.x, out.y, out.picture.width(), out.picture.height()), (3, 5, 2, 2));
        let shades: Vec<_> = out.picture.pixels().iter().map(|p| (p.red(), p.alpha())).collect();
        assert_eq!(shades, [(0, 255), (200, 255), (200, 255), (0, 255)]);
        // Half a point further, each point lies over two cells, and the edges are half covered.
        let at = Transform::from_row(0.25, 0.0, 0.0, 0.25, 3.5, 5.0);
        let out = shrunk(&board, at, (20, 20)).unwrap();
        let shades: Vec<_> = out.picture.pixels().iter().map(|p| (p.red(), p.alpha())).collect();
        assert_eq!(shades[..3], [(0, 128), (100, 255), (100, 128)]);
    }

    #[test]
    fn what_does_not_shrink_in_place_is_left_to_others() {
        let dots = grey(4, |_, _| 9);
        let refused = [
            Transform::from_row(1.0, 0.0, 0.0, 0.5, 0.0, 0.0),
            Transform::from_row(-0.5, 0.0, 0.0, 0.5, 9.0, 0.0),
            Transform::from_row(0.5, 0.1, 0.0, 0.5, 0.0, 0.0),
            Transform::from_row(0.5, 0.0, 0.0, 0.5, 20.0, 0.0),
            Transform::from_row(0.5, 0.0, 0.0, 0.5, -2.0, 0.0),
            Transform::from_row(f32::NAN, 0.0, 0.0, 0.5, 0.0, 0.0),
            Transform::from_row(0.5, 0.0, 0.0, 0.5, f32::NAN, 0.0),
            Transform::from_row(0.5, 0.0, 0.0, 0.5, f32::INFINITY, 0.0),
        ];
        for at in refused {
            assert!(shrunk(&dots, at, (20, 20)).is_none(), "{at:?}");
        }
        // Partly beside the page: the part on the page.
        let at = Transform::from_row(0.5, 0.0, 0.0, 0.5, -1.0, 19.0);
        let out = shrunk(&dots, at, (20, 20)).unwrap();
        assert_eq!((out.x, out.y, out.picture.width(), out.picture.height()), (0, 19, 1, 1));
        assert_eq!(out.picture.pixel(0, 0).unwrap().red(), 9);
    }
}

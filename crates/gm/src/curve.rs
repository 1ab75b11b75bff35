//! Verifying without secrets: [s]G + [t]P on the SM2 curve, in variable time. Signing, decrypting and agreeing stay with the
//! constant-time arithmetic of the crate `sm2`; here everything is public, so the work may follow the digits.
//!
//! Both products share their doublings; G has a table of odd multiples that is made once, P one that is made each time.
//! The result stays in Jacobian coordinates (x/z², y/z³): to compare its x with a number needs no inversion.

use ::sm2::elliptic_curve::hazmat::FieldArithmetic;
use ::sm2::elliptic_curve::{Field, PrimeField};
use ::sm2::{FieldBytes, Scalar, Sm2};
use std::sync::LazyLock;

type Element = <Sm2 as FieldArithmetic>::FieldElement;

/// Width of the digits of s: 64 odd multiples of G.
const WIDE: u32 = 8;
/// Width of the digits of t: 8 odd multiples of P.
const NARROW: u32 = 5;
/// Digits of a scalar of 256 bits.
const DIGITS: usize = 257;

/// p - n: below it, a number modulo n stands for two coordinates.
const GAP: [u8; 32] = [
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x8d, 0xfc, 0x20, 0x94, 0xde, 0x39, 0xfa, 0xd4, 0xac, 0x44, 0x0b, 0xf6, 0xc6, 0x2a, 0xbe, 0xdc,
];

/// n as a coordinate.
const ORDER: [u8; 32] = [
    0xff, 0xff, 0xff, 0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0x72, 0x03, 0xdf, 0x6b, 0x21, 0xc6, 0x05, 0x2b, 0x53, 0xbb, 0xf4, 0x09, 0x39, 0xd5, 0x41, 0x23,
];

/// A point that is not infinity.
#[derive(Clone, Copy)]
struct Affine {
    x: Element,
    y: Element,
}

impl Affine {
    /// From the 64 bytes of a point that is known to lie on the curve.
    fn from_bytes(bytes: &[u8]) -> Option<Affine> {
        let half = |from: usize| {
            let bytes: [u8; 32] = bytes.get(from..from + 32)?.try_into().ok()?;
            element(bytes)
        };
        Some(Affine { x: half(0)?, y: half(32)? })
    }

    fn negated(self) -> Affine {
        Affine { x: self.x, y: -self.y }
    }
}

fn element(bytes: [u8; 32]) -> Option<Element> {
    Option::from(Element::from_repr(FieldBytes::from(bytes)))
}

/// A point as x/z², y/z³; z = 0 is infinity.
#[derive(Clone, Copy)]
struct Jacobian {
    x: Element,
    y: Element,
    z: Element,
}

impl Jacobian {
    const INFINITY: Jacobian = Jacobian { x: Element::ONE, y: Element::ONE, z: Element::ZERO };

    fn is_infinity(&self) -> bool {
        self.z.is_zero_vartime()
    }

    /// Doubling for a = -3 (dbl-2001-b of the Explicit-Formulas Database). Infinity stays infinity.
    fn double(&self) -> Jacobian {
        let delta = self.z.square();
        let gamma = self.y.square();
        let beta = (self.x * gamma).double().double();
        let alpha = (self.x - delta) * (self.x + delta);
        let alpha = alpha.double() + alpha;
        let x = alpha.square() - beta.double();
        let z = (self.y + self.z).square() - gamma - delta;
        let y = alpha * (beta - x) - gamma.square().double().double().double();
        Jacobian { x, y, z }
    }

    fn add_affine(&self, other: &Affine) -> Jacobian {
        if self.is_infinity() {
            return Jacobian { x: other.x, y: other.y, z: Element::ONE };
        }
        let zz = self.z.square();
        let h = other.x * zz - self.x;
        let r = other.y * zz * self.z - self.y;
        self.finish(h, r, self.x, self.y, self.z)
    }

    fn add(&self, other: &Tabled) -> Jacobian {
        if self.is_infinity() {
            return other.point;
        }
        let zz = self.z.square();
        let (u, s) = (self.x * other.zz, self.y * other.zzz);
        let h = other.point.x * zz - u;
        let r = other.point.y * zz * self.z - s;
        self.finish(h, r, u, s, self.z * other.point.z)
    }

    /// The end of both additions: u and s are our coordinates brought to the common denominator z.
    fn finish(&self, h: Element, r: Element, u: Element, s: Element, z: Element) -> Jacobian {
        if h.is_zero_vartime() {
            return if r.is_zero_vartime() { self.double() } else { Jacobian::INFINITY };
        }
        let hh = h.square();
        let hhh = hh * h;
        let v = u * hh;
        let x = r.square() - hhh - v.double();
        Jacobian { x, y: r * (v - x) - s * hhh, z: z * h }
    }

    /// Whether the x of this point is this number modulo n.
    fn has_x(&self, number: &Scalar) -> bool {
        if self.is_infinity() {
            return false;
        }
        let bytes: [u8; 32] = number.to_repr().into();
        let zz = self.z.square();
        let is = |x: Element| x * zz == self.x;
        let Some(x) = element(bytes) else { return false };
        is(x) || (bytes < GAP && element(ORDER).is_some_and(|order| is(x + order)))
    }
}

/// A point with the powers of its z that every addition needs.
#[derive(Clone, Copy)]
struct Tabled {
    point: Jacobian,
    zz: Element,
    zzz: Element,
}

impl Tabled {
    fn new(point: Jacobian) -> Tabled {
        let zz = point.z.square();
        Tabled { point, zz, zzz: zz * point.z }
    }

    fn negated(&self) -> Tabled {
        let point = Jacobian { y: -self.point.y, ..self.point };
        Tabled { point, ..*self }
    }
}

/// P, 3P, 5P … 15P.
fn odd_multiples(point: &Affine) -> [Tabled; 1 << (NARROW - 2)] {
    let one = Jacobian { x: point.x, y: point.y, z: Element::ONE };
    let two = Tabled::new(one.double());
    let mut out = [Tabled::new(one); 1 << (NARROW - 2)];
    for n in 1..out.len() {
        out[n] = Tabled::new(out[n - 1].point.add(&two));
    }
    out
}

/// G, 3G, 5G … 127G.
static GENERATOR: LazyLock<Vec<Affine>> = LazyLock::new(|| {
    let curve = &crate::sm2::CURVE;
    let generator = Affine::from_bytes(&curve[64..]).expect("G lies on the curve");
    let two = Jacobian { x: generator.x, y: generator.y, z: Element::ONE }.double();
    let two = Tabled::new(two);
    let mut point = Jacobian { x: generator.x, y: generator.y, z: Element::ONE };
    let mut out = Vec::with_capacity(1 << (WIDE - 2));
    for _ in 0..1 << (WIDE - 2) {
        let inverse: Option<Element> = Option::from(Field::invert(&point.z));
        let inverse = inverse.expect("no odd multiple below the order is infinity");
        let square = inverse.square();
        out.push(Affine { x: point.x * square, y: point.y * square * inverse });
        point = point.add(&two);
    }
    out
});

/// Digits of a scalar, lowest first: zero, or odd and below half of 2^width in size; of `width` digits in a row at most
/// one is not zero.
fn digits(scalar: &Scalar, width: u32) -> [i16; DIGITS] {
    let bytes: [u8; 32] = scalar.to_repr().into();
    let mut words = [0_u64; 4];
    for (word, bytes) in words.iter_mut().rev().zip(bytes.chunks(8)) {
        *word = bytes.iter().fold(0, |sum, byte| (sum << 8) | u64::from(*byte));
    }
    // Bits from a place on, as many as a digit has.
    let window = |at: usize| -> i32 {
        let (word, bit) = (at / 64, at % 64);
        let low = words.get(word).map_or(0, |w| w >> bit);
        let high = match bit {
            0 => 0,
            _ => words.get(word + 1).map_or(0, |w| w << (64 - bit)),
        };
        ((low | high) & ((1 << width) - 1)) as i32
    };
    let mut out = [0; DIGITS];
    let (mut at, mut carry) = (0, 0);
    while at < DIGITS {
        let value = window(at) + carry;
        if value & 1 == 0 {
            // An even window with its carry: this bit is done, the carry goes on in the next.
            carry = if value & 1 == window(at) & 1 { 0 } else { 1 };
            at += 1;
            continue;
        }
        let half = 1 << (width - 1);
        let digit = if value > half { value - (1 << width) } else { value };
        carry = i32::from(value > half);
        out[at] = digit as i16;
        at += width as usize;
    }
    out
}

/// [s]G + [t]P.
fn combine(s: &Scalar, t: &Scalar, point: &Affine) -> Jacobian {
    let (for_g, for_p) = (digits(s, WIDE), digits(t, NARROW));
    let (table_g, table_p) = (&*GENERATOR, odd_multiples(point));
    let mut sum = Jacobian::INFINITY;
    for at in (0..DIGITS).rev() {
        sum = sum.double();
        let index = |digit: i16| usize::from(digit.unsigned_abs() / 2);
        match for_g[at] {
            0 => {}
            digit if digit > 0 => sum = sum.add_affine(&table_g[index(digit)]),
            digit => sum = sum.add_affine(&table_g[index(digit)].negated()),
        }
        match for_p[at] {
            0 => {}
            digit if digit > 0 => sum = sum.add(&table_p[index(digit)]),
            digit => sum = sum.add(&table_p[index(digit)].negated()),
        }
    }
    sum
}

/// Whether [s]G + [t]P has this x modulo n. `point` are the 64 bytes of P, which is known to lie on the curve.
pub(crate) fn combination_has_x(s: &Scalar, t: &Scalar, point: &[u8], x: &Scalar) -> bool {
    Affine::from_bytes(point).is_some_and(|point| combine(s, t, &point).has_x(x))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sm3;
    use ::sm2::ProjectivePoint;
    use ::sm2::elliptic_curve::ops::{LinearCombination, Reduce};
    use ::sm2::elliptic_curve::sec1::ToSec1Point;
    use ::sm2::elliptic_curve::{Group, point::AffineCoordinates};

    fn scalar(bytes: [u8; 32]) -> Scalar {
        Scalar::reduce(&FieldBytes::from(bytes))
    }

    fn small(n: u64) -> Scalar {
        let mut bytes = [0; 32];
        bytes[24..].copy_from_slice(&n.to_be_bytes());
        scalar(bytes)
    }

    /// Scalars whose digits are special, and some of no special kind.
    fn scalars() -> Vec<Scalar> {
        let mut out: Vec<Scalar> =
            [0, 1, 2, 3, 15, 16, 17, 127, 128, 129, 255, 256].map(small).to_vec();
        out.extend([1, 2, 3, 127, 128].map(|n| -small(n)));
        for bit in [63, 64, 65, 127, 191, 192, 254, 255] {
            let mut bytes = [0; 32];
            bytes[31 - bit / 8] = 1 << (bit % 8);
            out.push(scalar(bytes));
            out.push(scalar(bytes) - small(1));
        }
        out.push(scalar([0xaa; 32]));
        out.push(scalar([0x55; 32]));
        out.extend((0..12_u8).map(|n| scalar(sm3::hash(&[n]))));
        out
    }

    fn bytes(point: &ProjectivePoint) -> Vec<u8> {
        point.to_affine().to_sec1_point(false).as_bytes()[1..].to_vec()
    }

    #[test]
    fn digits_are_the_scalar_again() {
        for width in [NARROW, WIDE] {
            for number in scalars() {
                let (mut sum, digits) = (Scalar::ZERO, digits(&number, width));
                for digit in digits.iter().rev() {
                    let size = small(u64::from(digit.unsigned_abs()));
                    sum = sum.double() + if *digit < 0 { -size } else { size };
                    assert!(*digit == 0 || digit % 2 != 0);
                    assert!(i32::from(digit.unsigned_abs()) < 1 << (width - 1));
                }
                assert_eq!(sum, number);
                for run in digits.windows(width as usize) {
                    assert!(run.iter().filter(|d| **d != 0).count() <= 1);
                }
            }
        }
    }

    /// The crate `sm2` computes the same, also where points meet: P = G, P = -G, multiples of each other, infinity.
    #[test]
    fn sums_are_those_of_the_other_arithmetic() {
        let g = ProjectivePoint::generator();
        let points = [g, -g, g.double(), -(g.double()), g * small(3), g * scalar([0x77; 32])];
        for p in points {
            let point = bytes(&p);
            for (n, s) in scalars().into_iter().enumerate() {
                // Every s with a fifth of all t, another fifth for the next one.
                for t in scalars().into_iter().skip(n % 5).step_by(5) {
                    let known = ProjectivePoint::lincomb(&[(g, s), (p, t)]);
                    let ours = combine(&s, &t, &Affine::from_bytes(&point).unwrap());
                    assert_eq!(ours.is_infinity(), bool::from(known.is_identity()));
                    let x = Scalar::reduce(&known.to_affine().x());
                    if !ours.is_infinity() {
                        assert!(ours.has_x(&x));
                    }
                    assert!(!ours.has_x(&(x + small(1))), "not another one");
                }
            }
        }
    }

    /// A coordinate between n and p stands for a number below p - n: such a point is too rare to meet, so the comparison is
    /// tried on made coordinates.
    #[test]
    fn coordinates_above_the_order_are_reduced() {
        let z = element([7; 32]).unwrap();
        let (order, five) = (element(ORDER).unwrap(), element(small(5).to_repr().into()).unwrap());
        let with = |x: Element| Jacobian { x: x * z.square(), y: Element::ONE, z };
        assert!(with(five).has_x(&small(5)) && with(order + five).has_x(&small(5)));
        assert!(!with(order + five).has_x(&small(6)));
        // p - n itself, and all above it, stand only for themselves.
        let gap = scalar(GAP);
        assert!(with(element(GAP).unwrap()).has_x(&gap));
        assert!(!with(Element::ZERO).has_x(&gap), "n + (p - n) is p, which is no coordinate");
        assert!(with(order + element(GAP).unwrap() - Element::ONE).has_x(&(gap - small(1))));
        assert!(!Jacobian::INFINITY.has_x(&small(0)));
    }
}

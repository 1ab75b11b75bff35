//! A Merkle tree that only grows: RFC 6962 shape with SM3, kept as the roots of its full subtrees.

/// Hash of a leaf (prefix 0) over an event hash.
pub fn leaf(event_hash: &[u8]) -> [u8; 32] {
    prefixed(0, &[event_hash])
}

fn node(left: &[u8; 32], right: &[u8; 32]) -> [u8; 32] {
    prefixed(1, &[left, right])
}

fn prefixed(prefix: u8, parts: &[&[u8]]) -> [u8; 32] {
    let mut text = vec![prefix];
    parts.iter().for_each(|p| text.extend_from_slice(p));
    gm::sm3::hash(&text)
}

/// The growing edge of the tree: one root per set bit of `size`, largest first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Frontier {
    /// Number of leaves.
    pub size: u64,
    roots: Vec<[u8; 32]>,
}

impl Frontier {
    /// Adds one event.
    pub fn push(&mut self, event_hash: &[u8]) {
        let mut root = leaf(event_hash);
        let mut carry = self.size;
        while carry & 1 == 1 {
            let left = self.roots.pop().unwrap_or_default();
            root = node(&left, &root);
            carry >>= 1;
        }
        self.roots.push(root);
        self.size += 1;
    }

    /// Root over all leaves; all zero for the empty tree.
    pub fn root(&self) -> [u8; 32] {
        let mut rest = self.roots.iter().rev();
        let first = rest.next().copied().unwrap_or_default();
        rest.fold(first, |right, left| node(left, &right))
    }

    /// Stored form.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.roots.concat()
    }

    /// Reads the stored form; nothing when it does not fit the size.
    pub fn from_bytes(size: u64, bytes: &[u8]) -> Option<Frontier> {
        let roots: Vec<[u8; 32]> = bytes.as_chunks::<32>().0.to_vec();
        (bytes.len() == size.count_ones() as usize * 32).then_some(Frontier { size, roots })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The plain recursive definition of RFC 6962 §2.1, to check the frontier against.
    fn reference(leaves: &[[u8; 32]]) -> [u8; 32] {
        match leaves {
            [] => [0; 32],
            [one] => leaf(one),
            many => {
                let mut split = 1;
                while split * 2 < many.len() {
                    split *= 2;
                }
                node(&reference(&many[..split]), &reference(&many[split..]))
            }
        }
    }

    #[test]
    fn frontier_equals_the_recursive_definition() {
        let leaves: Vec<[u8; 32]> = (0..70u8).map(|n| gm::sm3::hash(&[n])).collect();
        let mut frontier = Frontier::default();
        for n in 0..leaves.len() {
            assert_eq!(frontier.root(), reference(&leaves[..n]), "size {n}");
            let again = Frontier::from_bytes(frontier.size, &frontier.to_bytes());
            assert_eq!(again.as_ref(), Some(&frontier));
            frontier.push(&leaves[n]);
        }
    }

    #[test]
    fn a_frontier_of_the_wrong_length_is_refused() {
        assert_eq!(Frontier::from_bytes(3, &[0; 32]), None);
    }
}

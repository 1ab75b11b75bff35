//! Neighbouring characters of a text as marks in a few words of memory: tells at once that a word does not stand in it.

/// Marks of every pair of neighbouring characters of some texts. What is not marked is not there; what is may be.
#[derive(Debug, Clone)]
pub struct Pairs(Box<[u64]>);

/// A pair of neighbouring characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pair(u64);

/// Marks a pair is given room for: one in eight strange pairs is then taken for a known one.
const ROOM: usize = 8;

impl Pairs {
    /// The marks of texts, whose pairs are those within each.
    pub fn of(texts: &[&str]) -> Self {
        // Chinese has three bytes a character; of other writing some more marks fall together.
        let marks = texts.iter().map(|t| t.len() / 3).sum::<usize>() * ROOM;
        let mut words = vec![0; marks.div_ceil(64).max(1)];
        for pair in texts.iter().flat_map(|text| pairs(text)) {
            let (word, bit) = pair.place(words.len());
            words[word] |= bit;
        }
        Self(words.into())
    }

    /// False when the pair does not stand in the texts.
    pub fn may_have(&self, pair: Pair) -> bool {
        let (word, bit) = pair.place(self.0.len());
        self.0[word] & bit != 0
    }

    /// False when a text with these pairs does not stand whole in the texts.
    pub fn may_have_all(&self, pairs: &[Pair]) -> bool {
        pairs.iter().all(|pair| self.may_have(*pair))
    }
}

impl Pair {
    /// The pair of two characters.
    pub fn new(first: char, second: char) -> Self {
        let both = u64::from(u32::from(first)) << 32 | u64::from(u32::from(second));
        // Characters of one script differ in their low bits; multiplying carries them upwards.
        Self((both ^ both >> 29).wrapping_mul(0x9E37_79B9_7F4A_7C15))
    }

    /// Its word and its bit among so many words.
    fn place(self, words: usize) -> (usize, u64) {
        let word = ((self.0 >> 32) * words as u64) >> 32;
        (word as usize, 1 << (self.0 >> 26 & 63))
    }
}

/// The pairs of neighbouring characters of a text.
pub fn pairs(text: &str) -> impl Iterator<Item = Pair> {
    text.chars().zip(text.chars().skip(1)).map(|(first, second)| Pair::new(first, second))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn may_have(texts: &[&str], word: &str) -> bool {
        Pairs::of(texts).may_have_all(&pairs(word).collect::<Vec<_>>())
    }

    #[test]
    fn what_stands_in_a_text_is_never_denied() {
        let texts = ["食品经营许可证核发\n开饭店", "营业执照、身份证 hukou", ""];
        for text in texts {
            let edges: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
            for (n, from) in edges.iter().enumerate() {
                for to in &edges[n..] {
                    assert!(may_have(&texts, &text[*from..*to]), "{}", &text[*from..*to]);
                }
            }
        }
    }

    #[test]
    fn most_of_what_does_not_stand_there_is_denied() {
        let text = "食品经营许可证核发 开饭店 食品流通许可 餐饮服务许可证新办 小餐饮登记";
        let strange =
            "机动车检验合格标志核发不动产登记资料查询居民身份证补领普通护照签发公积金提取";
        let strange: Vec<String> =
            strange.chars().zip(strange.chars().skip(1)).map(|(a, b)| format!("{a}{b}")).collect();
        let wrong = strange.iter().filter(|p| !text.contains(*p) && may_have(&[text], p)).count();
        assert!(wrong * 4 < strange.len(), "{wrong} of {}", strange.len());
    }
}

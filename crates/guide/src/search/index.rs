//! The inverted index: finds candidates fast; what they are worth is decided in `rank`.

use std::path::Path;

use tantivy::{
    Index, IndexReader, IndexWriter, ReloadPolicy, TantivyDocument, Term,
    collector::TopDocs,
    columnar::Column,
    query::{BooleanQuery, BoostQuery, Occur, Query, TermQuery},
    schema::{FAST, Field, IndexRecordOption, STRING, Schema, TextFieldIndexing, TextOptions},
    tokenizer::{PreTokenizedString, Token},
};

use super::{card::Card, region, words::Words};

/// Memory of the index writer in bytes; one thread, since the machine serves while it builds.
const WRITER_BYTES: usize = 64_000_000;

/// A word that more items than this have in a field is common.
const COMMON: u64 = 15_000;

/// The index and its fields.
pub struct Inverted {
    reader: IndexReader,
    title: Field,
    more: Field,
    area: Field,
    /// The card of each document, by segment; opened once, since every candidate asks for its own.
    numbers: Vec<Column<u64>>,
}

/// A word to look for, with its boost.
pub type Wanted = (String, f32);

/// Where to look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reach {
    /// Only in a region: itself, what lies above it, and what lies below it.
    Region(String),
    /// Everywhere.
    All,
}

impl Inverted {
    /// Indexes the cards; in memory, or in a folder when the catalogue is large.
    ///
    /// # Errors
    /// tantivy's error when the folder cannot be written.
    pub fn build(cards: &[Card], words: &Words, folder: Option<&Path>) -> tantivy::Result<Self> {
        let mut schema = Schema::builder();
        let text = TextOptions::default().set_indexing_options(
            TextFieldIndexing::default().set_index_option(IndexRecordOption::WithFreqs),
        );
        let title = schema.add_text_field("title", text.clone());
        let more = schema.add_text_field("more", text);
        let area = schema.add_text_field("area", STRING);
        let number = schema.add_u64_field("number", FAST);
        let schema = schema.build();
        let index = match folder {
            Some(folder) => Index::create_in_dir(folder, schema)?,
            None => Index::create_in_ram(schema),
        };
        let mut writer: IndexWriter = index.writer_with_num_threads(1, WRITER_BYTES)?;
        for (at, card) in cards.iter().enumerate() {
            let mut document = TantivyDocument::new();
            document.add_pre_tokenized_text(title, tokenized(words, &card.title_text()));
            document.add_pre_tokenized_text(more, tokenized(words, &card.more_text()));
            for mark in region::marks(&card.area) {
                document.add_text(area, mark);
            }
            document.add_u64(number, at as u64);
            writer.add_document(document)?;
        }
        writer.commit()?;
        let reader: IndexReader =
            index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        let searcher = reader.searcher();
        let numbers =
            searcher.segment_readers().iter().map(|part| part.fast_fields().u64("number"));
        let numbers = numbers.collect::<tantivy::Result<_>>()?;
        Ok(Self { reader, title, more, area, numbers })
    }

    /// The best candidates as card numbers with BM25 scores.
    pub fn find(&self, wanted: &[Wanted], reach: &Reach, limit: usize) -> Vec<(usize, f32)> {
        if wanted.is_empty() || limit == 0 {
            return Vec::new();
        }
        let searcher = self.reader.searcher();
        let mut query: Box<dyn Query> = Box::new(self.any_of(wanted));
        if let Reach::Region(code) = reach {
            let areas = region::wanted(code).into_iter().map(|mark| self.term(self.area, &mark));
            let area = BooleanQuery::new(areas.map(|q| (Occur::Should, q)).collect());
            let silent: Box<dyn Query> = Box::new(BoostQuery::new(Box::new(area), 0.0));
            query = Box::new(BooleanQuery::new(vec![(Occur::Must, query), (Occur::Must, silent)]));
        }
        let top = TopDocs::with_limit(limit).order_by_score();
        let Ok(found) = searcher.search(&*query, &top) else {
            tracing::error!("the catalogue index could not be searched");
            return Vec::new();
        };
        let number = |(score, place): (f32, tantivy::DocAddress)| {
            let numbers = self.numbers.get(place.segment_ord as usize)?;
            Some((usize::try_from(numbers.first(place.doc_id)?).ok()?, score))
        };
        found.into_iter().filter_map(number).collect()
    }

    /// The places to look into. Words that tens of thousands of items have in a field are left out when
    /// a rarer one is asked for as well: they cost the most and tell the least.
    fn any_of(&self, wanted: &[Wanted]) -> BooleanQuery {
        let searcher = self.reader.searcher();
        let best = wanted.iter().map(|w| w.1).fold(0.0, f32::max);
        let (mut rare, mut often) = (Vec::new(), Vec::new());
        let mut telling = false;
        for (word, boost) in wanted {
            for (field, share) in [(self.title, 1.0), (self.more, 0.35)] {
                let with = searcher.doc_freq(&Term::from_field_text(field, word)).unwrap_or(0);
                if with == 0 {
                    continue;
                }
                let part: Box<dyn Query> =
                    Box::new(BoostQuery::new(self.term(field, word), boost * share));
                if with <= COMMON {
                    telling |= field == self.title && *boost >= best * 0.5;
                    rare.push((Occur::Should, part));
                } else if field == self.title {
                    often.push((Occur::Should, part));
                }
            }
        }
        if !telling {
            rare.append(&mut often);
        }
        BooleanQuery::new(rare)
    }

    fn term(&self, field: Field, text: &str) -> Box<dyn Query> {
        let term = Term::from_field_text(field, text);
        Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs))
    }

    /// How rare a word is in titles: 0 for one every item has, 1 for one that none has.
    pub fn rarity(&self, word: &str) -> f32 {
        let searcher = self.reader.searcher();
        let all = searcher.num_docs() as f32;
        let with = searcher.doc_freq(&Term::from_field_text(self.title, word)).unwrap_or(0) as f32;
        ((1.0 + all) / (1.0 + with)).ln() / (1.0 + all).ln().max(1.0)
    }
}

fn tokenized(words: &Words, text: &str) -> PreTokenizedString {
    let tokens = words
        .tokens(text)
        .into_iter()
        .enumerate()
        .map(|(position, text)| Token { position, text, ..Token::default() })
        .collect();
    PreTokenizedString { text: String::new(), tokens }
}

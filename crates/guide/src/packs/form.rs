//! The form of a pack: sections, pages and fields, joined from layout and JSON Schema.

use super::cel::{Blanks, Expr, Scope};
use super::text::Text;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::Arc;

/// How a field is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Widget {
    /// One line.
    Text,
    /// Several lines.
    Textarea,
    /// One of few options, all visible.
    Radio,
    /// One of many options.
    Select,
    /// Any of the options.
    Checkboxes,
    /// 是 / 否.
    Yesno,
    /// One box that must be ticked: declarations.
    Tick,
    /// Signing: confirmed with the real-name account.
    Sign,
    /// Whole number.
    Int,
    /// Number with a unit.
    Number,
    /// Yuan with two decimals.
    Money,
    /// Day, three boxes.
    Date,
    /// Citizen id, GB 11643.
    Idno,
    /// Unified social credit code, GB 32100.
    Uscc,
    /// Telephone.
    Phone,
    /// Personal name, GB 18030.
    Name,
    /// Address in one line.
    Address,
    /// Number plate.
    Plate,
    /// Rows of columns.
    Table,
    /// An uploaded file; answered on the materials page.
    File,
}

impl Widget {
    /// Whether the answer is a JSON number.
    pub fn is_number(self) -> bool {
        matches!(self, Widget::Int | Widget::Number | Widget::Money)
    }

    /// Whether the answer is true or false.
    pub fn is_bool(self) -> bool {
        matches!(self, Widget::Yesno | Widget::Tick | Widget::Sign)
    }

    /// Whether the field chooses among options.
    pub fn has_options(self) -> bool {
        matches!(self, Widget::Radio | Widget::Select | Widget::Checkboxes)
    }

    /// What expressions see when there is no answer: never an error, never null.
    pub fn blank(self) -> Value {
        match self {
            Widget::Int => Value::from(0),
            Widget::Number | Widget::Money => Value::from(0.0),
            w if w.is_bool() => Value::Bool(false),
            Widget::Checkboxes | Widget::Table | Widget::File => Value::Array(Vec::new()),
            _ => Value::String(String::new()),
        }
    }
}

/// One option of a choice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// Stored value, as in the schema's `enum`.
    pub value: String,
    /// Chinese words; the value itself when empty.
    #[serde(default)]
    pub zh: String,
    /// English words.
    #[serde(default)]
    pub en: String,
    /// One line of help beside the option.
    #[serde(default)]
    pub hint: Text,
}

impl Choice {
    /// The words for a language.
    pub fn label(&self, lang: &str) -> &str {
        if lang.starts_with("en") && !self.en.is_empty() {
            &self.en
        } else if self.zh.is_empty() {
            &self.value
        } else {
            &self.zh
        }
    }
}

/// One field, or one column of a table.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// Key in the answers and in the schema.
    pub key: String,
    /// How it is asked.
    pub widget: Widget,
    /// Its name.
    pub label: Text,
    /// Help below the label.
    #[serde(default)]
    pub hint: Text,
    /// Unit printed after the box.
    #[serde(default)]
    pub unit: Text,
    /// What to do when it is wrong; replaces the common wording.
    #[serde(default)]
    pub error: Text,
    /// Options of a choice.
    #[serde(default)]
    pub options: Vec<Choice>,
    /// Columns of a table.
    #[serde(default)]
    pub columns: Vec<Field>,
    /// Shown and asked only where this is true.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub show_if: Option<Expr>,
    /// Required where this is true, beside the schema's `required`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub required_if: Option<Expr>,
    /// Where it is filled from, first one that answers: see [`crate::forms::prefill::Origin`].
    #[serde(default)]
    pub prefill: Vec<String>,
    /// A prefilled value cannot be edited.
    #[serde(default)]
    pub locked: bool,
    /// Encrypted at rest and masked on screens.
    #[serde(default)]
    pub sensitive: bool,
    /// Why it is asked and looked up (个人信息保护法 art. 17).
    #[serde(default)]
    pub purpose: Text,
    /// Legal basis of asking.
    #[serde(default)]
    pub basis: Text,
    /// Key of the material an upload field belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub material: Option<String>,
    /// Set from the schema: listed in `required`.
    #[serde(skip)]
    pub required: bool,
    /// Set from the schema: longest text, in characters.
    #[serde(skip)]
    pub max_length: Option<u64>,
}

impl Field {
    /// Whether the question is asked. A condition that cannot be evaluated shows it: asking once too
    /// often beats silently skipping.
    pub(super) fn shown(&self, scope: &Scope<'_>) -> bool {
        self.show_if.as_ref().is_none_or(|e| e.test(scope).unwrap_or(true))
    }
}

/// What a page is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PageKind {
    /// Questions.
    #[default]
    Questions,
    /// Upload fields, shown on the materials page.
    Materials,
    /// Declaration, signature and date, shown below the review.
    Review,
}

/// One question page.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Page {
    /// Address part.
    pub key: String,
    /// Section it belongs to.
    pub section: String,
    /// What it is for.
    #[serde(default)]
    pub kind: PageKind,
    /// The question, the page's heading.
    pub title: Text,
    /// A line below the heading.
    #[serde(default)]
    pub hint: Text,
    /// 为什么问: shown beside the page.
    #[serde(default)]
    pub why: Text,
    /// Why the page holds more than five fields, if it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Register facts shown read-only, as `register.field`.
    #[serde(default)]
    pub shows: Vec<String>,
    /// The fields, in order.
    #[serde(default, rename = "field")]
    pub fields: Vec<Field>,
}

/// One entry of the step list: a topic of one or more pages.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Section {
    /// Name used by pages.
    pub key: String,
    /// Words in the step list.
    pub title: Text,
}

/// `form.layout.toml` as written.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Layout {
    /// Title of the application form.
    pub title: Text,
    /// The step list.
    pub section: Vec<Section>,
    /// The pages.
    pub page: Vec<Page>,
}

/// The form: layout with what the schema says about each field.
#[derive(Clone, Debug)]
pub struct Form {
    /// Title of the application form.
    pub title: Text,
    /// The step list.
    pub sections: Vec<Section>,
    /// The pages.
    pub pages: Vec<Page>,
    /// The schema as written.
    pub schema: Arc<Value>,
    /// The schema without its outer `required`, compiled once; the error when it does not compile.
    pub(crate) validator: Arc<Result<jsonschema::Validator, String>>,
    /// Every field as expressions see it when it has no answer.
    pub(super) blanks: Blanks,
}

impl Form {
    /// Joins layout and schema. Never fails: what does not fit is the checker's business.
    pub fn join(layout: Layout, schema: Value) -> Self {
        let mut pages = layout.page;
        let required: BTreeSet<&str> = strings(&schema["required"]).collect();
        for field in pages.iter_mut().flat_map(|p| &mut p.fields) {
            let own = &schema["properties"][&field.key];
            field.required = required.contains(field.key.as_str());
            field.max_length = own["maxLength"].as_u64();
            let row = &own["items"];
            let needed: BTreeSet<&str> = strings(&row["required"]).collect();
            for column in &mut field.columns {
                column.required = needed.contains(column.key.as_str());
                column.max_length = row["properties"][&column.key]["maxLength"].as_u64();
            }
        }
        let validator = Arc::new(compile(&schema));
        let fields = pages.iter().flat_map(|p| &p.fields);
        let blanks = Blanks::new(fields.map(|f| (f.key.as_str(), f.widget.blank())));
        Self {
            title: layout.title,
            sections: layout.section,
            pages,
            schema: Arc::new(schema),
            validator,
            blanks,
        }
    }

    /// All fields with their pages, in order.
    pub fn fields(&self) -> impl Iterator<Item = (&Page, &Field)> {
        self.pages.iter().flat_map(|p| p.fields.iter().map(move |f| (p, f)))
    }

    /// A field by key.
    pub fn field(&self, key: &str) -> Option<&Field> {
        self.fields().map(|(_, f)| f).find(|f| f.key == key)
    }

    /// A page by key.
    pub fn page(&self, key: &str) -> Option<&Page> {
        self.pages.iter().find(|p| p.key == key)
    }

    /// Keys of fields kept encrypted.
    pub fn sensitive(&self) -> impl Iterator<Item = &str> {
        self.fields()
            .map(|(_, f)| f)
            .filter(|f| f.sensitive || f.columns.iter().any(|c| c.sensitive))
            .map(|f| f.key.as_str())
    }
}

/// Compiles a form schema without `required` at the top and in table rows: missing answers are
/// judged here, where hidden fields are known and the words are kinder.
fn compile(schema: &Value) -> Result<jsonschema::Validator, String> {
    let mut schema = schema.clone();
    if let Some(top) = schema.as_object_mut() {
        top.remove("required");
        for property in top.get_mut("properties").and_then(Value::as_object_mut).into_iter() {
            for own in property.values_mut() {
                if let Some(items) = own.get_mut("items").and_then(Value::as_object_mut) {
                    items.remove("required");
                }
            }
        }
    }
    jsonschema::draft202012::new(&schema).map_err(|e| e.to_string())
}

fn strings(value: &Value) -> impl Iterator<Item = &str> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str)
}

//! CEL expressions of packs: compiled once, bounded, evaluated over answers and register facts.

use super::days;
use cel::common::ast::{EntryExpr, Expr as Node, IdedExpr};
use cel::{Context, Env, Program, Value};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::collections::{BTreeSet, HashMap};
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, OnceLock};

/// Longest accepted source, in characters.
pub const MAX_SOURCE: usize = 600;
/// Deepest bracket nesting accepted before the parser sees the text.
const MAX_BRACKETS: usize = 24;
/// Deepest nesting of `all`, `exists`, `filter`, `map`: with 50 rows a table costs 2,500 steps.
const MAX_LOOPS: usize = 2;
/// Names an expression may always use beside the form's fields.
pub const AMBIENT: [&str; 5] = ["today", "given", "applicant", "facts", "decided"];

/// One expression, compiled when read. A broken one is kept with its error, so that the checker
/// can name it beside all other findings instead of stopping at the first.
#[derive(Clone)]
pub struct Expr(Arc<Compiled>);

struct Compiled {
    source: String,
    program: Result<Program, String>,
    variables: BTreeSet<String>,
    facts: BTreeSet<String>,
}

/// Why an expression gave no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EvalError {
    /// Register facts it needs and the scope does not hold, as `register.field`.
    Missing(Vec<String>),
    /// It does not compile, or its types do not fit; wording for the log.
    Broken(String),
}

impl Expr {
    /// Compiles a source text; never fails, see [`Expr::error`].
    pub fn new(source: &str) -> Self {
        let program = compile(source);
        let mut refs = Refs::default();
        if let Ok(program) = &program {
            refs.walk(program.expression(), &mut Vec::new(), 0);
        }
        let program = match program {
            Ok(_) if refs.depth > MAX_LOOPS => {
                Err(format!("more than {MAX_LOOPS} nested loops over lists"))
            }
            other => other,
        };
        Self(Arc::new(Compiled {
            source: source.to_owned(),
            program,
            variables: refs.variables,
            facts: refs.facts,
        }))
    }

    /// The text as written.
    pub fn source(&self) -> &str {
        &self.0.source
    }

    /// What is wrong with it, if it does not compile.
    pub fn error(&self) -> Option<&str> {
        self.0.program.as_ref().err().map(String::as_str)
    }

    /// Free names it uses: fields and [`AMBIENT`] ones.
    pub fn variables(&self) -> &BTreeSet<String> {
        &self.0.variables
    }

    /// Register facts it uses, as `register.field`.
    pub fn facts(&self) -> &BTreeSet<String> {
        &self.0.facts
    }

    /// Evaluates to JSON.
    pub fn value(&self, scope: &Scope<'_>) -> Result<serde_json::Value, EvalError> {
        let missing: Vec<String> =
            self.0.facts.iter().filter(|f| !scope.known.contains(*f)).cloned().collect();
        if !missing.is_empty() {
            return Err(EvalError::Missing(missing));
        }
        let program = self.0.program.as_ref().map_err(|e| EvalError::Broken(e.clone()))?;
        let value =
            program.execute(&scope.context).map_err(|e| EvalError::Broken(e.to_string()))?;
        value.json().map_err(|e| EvalError::Broken(e.to_string()))
    }

    /// Evaluates to true or false; any other type is [`EvalError::Broken`].
    pub fn test(&self, scope: &Scope<'_>) -> Result<bool, EvalError> {
        match self.value(scope)? {
            serde_json::Value::Bool(b) => Ok(b),
            other => Err(EvalError::Broken(format!("not true or false: {other}"))),
        }
    }

    /// Evaluates to text for a document or licence; numbers lose a useless `.0`.
    pub fn text(&self, scope: &Scope<'_>) -> Result<String, EvalError> {
        Ok(plain(&self.value(scope)?))
    }
}

/// A JSON value as people read it: lists joined by `、`, whole numbers without a point.
pub fn plain(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::String(s) => s.clone(),
        serde_json::Value::Number(n) => match n.as_f64() {
            Some(f) if f.fract() == 0.0 && f.abs() < 1e15 => format!("{f:.0}"),
            _ => n.to_string(),
        },
        serde_json::Value::Bool(true) => "是".to_owned(),
        serde_json::Value::Bool(false) => "否".to_owned(),
        serde_json::Value::Array(a) => a.iter().map(plain).collect::<Vec<_>>().join("、"),
        serde_json::Value::Object(o) => o.values().map(plain).collect::<Vec<_>>().join("，"),
        serde_json::Value::Null => String::new(),
    }
}

fn compile(source: &str) -> Result<Program, String> {
    if source.chars().count() > MAX_SOURCE {
        return Err(format!("longer than {MAX_SOURCE} characters"));
    }
    let (mut depth, mut deepest) = (0_usize, 0_usize);
    for c in source.chars() {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    if deepest > MAX_BRACKETS {
        return Err(format!("brackets nested deeper than {MAX_BRACKETS}"));
    }
    // The generated parser has been seen to panic on broken text; a pack under edit must not stop
    // the portal.
    match catch_unwind(AssertUnwindSafe(|| Program::compile(source))) {
        Ok(Ok(program)) => Ok(program),
        Ok(Err(e)) => Err(e.to_string()),
        Err(_) => Err("not an expression".to_owned()),
    }
}

/// Free variables, register facts and loop depth of an expression.
#[derive(Default)]
struct Refs {
    variables: BTreeSet<String>,
    facts: BTreeSet<String>,
    depth: usize,
}

impl Refs {
    fn walk(&mut self, e: &IdedExpr, bound: &mut Vec<String>, depth: usize) {
        self.depth = self.depth.max(depth);
        match &e.expr {
            Node::Ident(name) => {
                if !name.starts_with('@') && !bound.contains(name) {
                    self.variables.insert(name.clone());
                }
            }
            Node::Select(s) => {
                if let Node::Select(inner) = &s.operand.expr
                    && matches!(&inner.operand.expr, Node::Ident(root) if root == "facts")
                {
                    self.facts.insert(format!("{}.{}", inner.field, s.field));
                }
                self.walk(&s.operand, bound, depth);
            }
            Node::Call(c) => {
                if let Some(target) = &c.target {
                    self.walk(target, bound, depth);
                }
                c.args.iter().for_each(|a| self.walk(a, bound, depth));
            }
            Node::Comprehension(c) => {
                self.walk(&c.iter_range, bound, depth);
                self.walk(&c.accu_init, bound, depth);
                let before = bound.len();
                bound.push(c.iter_var.clone());
                bound.extend(c.iter_var2.clone());
                bound.push(c.accu_var.clone());
                for part in [&c.loop_cond, &c.loop_step, &c.result] {
                    self.walk(part, bound, depth + 1);
                }
                bound.truncate(before);
            }
            Node::List(l) => l.elements.iter().for_each(|x| self.walk(x, bound, depth)),
            Node::Map(m) => m.entries.iter().for_each(|x| self.entry(&x.expr, bound, depth)),
            Node::Struct(s) => s.entries.iter().for_each(|x| self.entry(&x.expr, bound, depth)),
            Node::Literal(_) | Node::Unspecified => {}
        }
    }

    fn entry(&mut self, entry: &EntryExpr, bound: &mut Vec<String>, depth: usize) {
        match entry {
            EntryExpr::StructField(f) => self.walk(&f.value, bound, depth),
            EntryExpr::MapEntry(m) => {
                self.walk(&m.key, bound, depth);
                self.walk(&m.value, bound, depth);
            }
        }
    }
}

/// The functions of [`days`] and of the language, built once: where the names of every scope end.
fn functions() -> &'static Context<'static, 'static> {
    static FUNCTIONS: OnceLock<Context<'static, 'static>> = OnceLock::new();
    FUNCTIONS.get_or_init(|| {
        let mut context = Context::with_env(Arc::new(Env::stdlib()));
        days::install(&mut context);
        context
    })
}

/// Names with values that no case changes: every field of a form, blank. Set up once for a form;
/// a scope over it names only what is answered.
#[derive(Clone)]
pub struct Blanks(Arc<Context<'static, 'static>>);

impl Blanks {
    /// The values by name; of two of one name the later stays.
    pub fn new<'a>(values: impl IntoIterator<Item = (&'a str, serde_json::Value)>) -> Self {
        let mut context = functions().new_inner_scope();
        for (name, value) in values {
            context.add_variable_from_value(name, to_cel(&value));
        }
        Self(Arc::new(context))
    }
}

impl fmt::Debug for Blanks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Blanks")
    }
}

/// What an evaluation may see: variables and the functions of [`days`].
pub struct Scope<'a> {
    context: Context<'a, 'static>,
    known: BTreeSet<String>,
}

impl Scope<'static> {
    /// A scope with the functions and `today` (ISO day), and nothing else.
    pub fn new(today: &str) -> Self {
        Scope::within(functions(), today)
    }
}

impl<'a> Scope<'a> {
    /// The same with the blanks of a form.
    pub fn over(blanks: &'a Blanks, today: &str) -> Self {
        Scope::within(&blanks.0, today)
    }

    fn within(outer: &'a Context<'static, 'static>, today: &str) -> Self {
        let mut scope = Self { context: outer.new_inner_scope(), known: BTreeSet::new() };
        scope.set("today", Value::from(today));
        scope.set("decided", Value::from(today));
        scope.set("given", Value::from(Vec::<Value>::new()));
        scope
    }

    /// Sets a variable.
    pub fn set(&mut self, name: &str, value: Value) {
        self.context.add_variable_from_value(name, value);
    }

    /// Sets the register facts, keyed `register.field`.
    pub fn set_facts<'f>(
        &mut self,
        facts: impl IntoIterator<Item = (&'f str, &'f serde_json::Value)>,
    ) {
        let mut tree: HashMap<String, HashMap<String, Value>> = HashMap::new();
        for (key, value) in facts {
            let Some((register, field)) = key.split_once('.') else { continue };
            tree.entry(register.to_owned()).or_default().insert(field.to_owned(), to_cel(value));
            self.known.insert(key.to_owned());
        }
        let tree: HashMap<String, Value> =
            tree.into_iter().map(|(register, fields)| (register, Value::from(fields))).collect();
        self.set("facts", Value::from(tree));
    }
}

/// A JSON value as expressions see it: whole numbers are ints, others doubles.
pub fn to_cel(value: &serde_json::Value) -> Value {
    match value {
        serde_json::Value::Null => Value::Null,
        serde_json::Value::Bool(b) => Value::Bool(*b),
        serde_json::Value::Number(n) => match n.as_i64() {
            Some(i) => Value::Int(i),
            None => Value::Float(n.as_f64().unwrap_or(0.0)),
        },
        serde_json::Value::String(s) => Value::from(s.as_str()),
        serde_json::Value::Array(a) => Value::from(a.iter().map(to_cel).collect::<Vec<_>>()),
        serde_json::Value::Object(o) => {
            Value::from(o.iter().map(|(k, v)| (k.clone(), to_cel(v))).collect::<HashMap<_, _>>())
        }
    }
}

impl fmt::Debug for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Expr({})", self.0.source)
    }
}

impl<'de> Deserialize<'de> for Expr {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        String::deserialize(d).map(|s| Expr::new(&s))
    }
}

impl Serialize for Expr {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(&self.0.source)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn scope() -> Scope<'static> {
        let mut s = Scope::new("2026-11-21");
        s.set("area", to_cel(&json!(86.5)));
        s.set("kitchen", to_cel(&json!(24)));
        s.set("online", to_cel(&json!(true)));
        let staff = json!([{"name": "甲", "until": "2027-01-01"}, {"name": "乙", "until": ""}]);
        s.set("staff", to_cel(&staff));
        let until = json!("2026-12-31");
        s.set_facts([("vehicle.until", &until)]);
        s
    }

    #[test]
    fn expressions_give_what_packs_expect() {
        let cases = [
            ("kitchen <= area", true),
            ("area <= 100", true),
            ("area + 1.0 > 87", true),
            ("online && kitchen == 24", true),
            ("staff.all(r, r.name != '')", true),
            ("staff.exists(r, r.until < today)", true),
            ("size(staff) == 2", true),
            ("facts.vehicle.until > today", true),
            ("days_between(today, facts.vehicle.until) == 40", true),
            ("years_between('2020-11-22', today) == 5", true),
            ("years_after('2024-02-29', 1) == '2025-02-28'", true),
            ("days_after(years_after('2026-11-20', 5), -1) == '2031-11-19'", true),
            ("zh_day(today) == '2026年11月21日'", true),
            ("join(['热食','冷食'], '、') == '热食、冷食'", true),
            ("'a' in ['a','b'] ? false : true", false),
        ];
        for (source, want) in cases {
            let e = Expr::new(source);
            assert_eq!(e.error(), None, "{source}");
            assert_eq!(e.test(&scope()), Ok(want), "{source}");
        }
    }

    #[test]
    fn missing_facts_are_told_apart_from_broken_ones() {
        let e = Expr::new("facts.pension.status == '领取'");
        assert_eq!(e.test(&scope()), Err(EvalError::Missing(vec!["pension.status".into()])));
        assert!(matches!(Expr::new("area +").test(&scope()), Err(EvalError::Broken(_))));
        assert!(matches!(Expr::new("area + 'x'").test(&scope()), Err(EvalError::Broken(_))));
        assert!(matches!(Expr::new("area").test(&scope()), Err(EvalError::Broken(_))));
        assert!(matches!(Expr::new("nobody > 1").test(&scope()), Err(EvalError::Broken(_))));
    }

    #[test]
    fn free_names_leave_out_loop_variables() {
        let e = Expr::new("staff.all(r, r.until >= today) && facts.vehicle.until != area");
        let names: Vec<&str> = e.variables().iter().map(String::as_str).collect();
        assert_eq!(names, ["area", "facts", "staff", "today"]);
        assert_eq!(e.facts().iter().map(String::as_str).collect::<Vec<_>>(), ["vehicle.until"]);
    }

    #[test]
    fn runaway_expressions_are_refused() {
        let long = "a+".repeat(400) + "a";
        let deep = "(".repeat(60) + "1" + &")".repeat(60);
        let loops = "[1].all(a,[1].all(b,[1].all(c,true)))";
        for source in [long.as_str(), deep.as_str(), loops] {
            assert!(Expr::new(source).error().is_some(), "{source}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_compiles_or_is_refused(source in "\\PC{0,60}") {
            let _ = Expr::new(&source).test(&scope());
        }
    }
}

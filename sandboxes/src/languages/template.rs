//! Fills `{name}` placeholders of argument templates.
//!
//! A placeholder is a lower-case name in braces; any other brace is literal, so scripts may hold braces. A template that is
//! nothing but a list placeholder becomes as many arguments as the list has.

use std::collections::BTreeMap;

/// Values for placeholders.
#[derive(Clone, Debug, Default)]
pub(crate) struct Values {
    one: BTreeMap<String, String>,
    many: BTreeMap<String, Vec<String>>,
}

impl Values {
    pub(crate) fn set(&mut self, name: &str, value: impl Into<String>) {
        self.one.insert(name.to_owned(), value.into());
    }

    pub(crate) fn set_list(&mut self, name: &str, values: Vec<String>) {
        self.many.insert(name.to_owned(), values);
    }

    /// Fills every template; a name without a value stays as it is (reading a definition refuses such names).
    pub(crate) fn fill_all(&self, templates: &[String]) -> Vec<String> {
        templates
            .iter()
            .flat_map(|template| self.fill(template))
            .collect()
    }

    fn fill(&self, template: &str) -> Vec<String> {
        let whole = template
            .strip_prefix('{')
            .and_then(|rest| rest.strip_suffix('}'));
        if let Some(list) = whole.and_then(|name| self.many.get(name)) {
            return list.clone();
        }
        let mut filled = String::with_capacity(template.len());
        for piece in pieces(template) {
            match piece {
                Piece::Literal(text) => filled.push_str(text),
                Piece::Name(name) => match self.one.get(name) {
                    Some(value) => filled.push_str(value),
                    None => {
                        filled.push('{');
                        filled.push_str(name);
                        filled.push('}');
                    }
                },
            }
        }
        vec![filled]
    }
}

/// The placeholder names in a template.
pub(crate) fn names(template: &str) -> Vec<&str> {
    pieces(template)
        .into_iter()
        .filter_map(|piece| match piece {
            Piece::Name(name) => Some(name),
            Piece::Literal(_) => None,
        })
        .collect()
}

enum Piece<'a> {
    Literal(&'a str),
    Name(&'a str),
}

fn pieces(template: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let (mut literal_from, mut search_from) = (0, 0);
    while let Some(open) = template[search_from..].find('{').map(|at| at + search_from) {
        let rest = &template[open + 1..];
        let name_length = rest
            .bytes()
            .take_while(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || *byte == b'_')
            .count();
        let starts_well = rest.starts_with(|c: char| c.is_ascii_lowercase());
        if starts_well && rest[name_length..].starts_with('}') {
            pieces.push(Piece::Literal(&template[literal_from..open]));
            pieces.push(Piece::Name(&rest[..name_length]));
            literal_from = open + name_length + 2;
            search_from = literal_from;
        } else {
            search_from = open + 1;
        }
    }
    pieces.push(Piece::Literal(&template[literal_from..]));
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(template: &str, expected: &[&str]) {
        let mut values = Values::default();
        values.set("heap_mib", "192");
        values.set_list(
            "sources",
            vec!["/box/a.c".to_owned(), "/box/b.c".to_owned()],
        );
        values.set_list("link", vec![]);
        assert_eq!(values.fill(template), expected, "{template}");
    }

    #[test]
    fn fills_values_and_lists() {
        check("-Xmx{heap_mib}m", &["-Xmx192m"]);
        check("{heap_mib}{heap_mib}", &["192192"]);
        check("{sources}", &["/box/a.c", "/box/b.c"]);
        check("{link}", &[]);
    }

    #[test]
    fn leaves_other_braces_alone() {
        check("{}", &["{}"]);
        check("if x { {heap_mib} }", &["if x { 192 }"]);
        check("{{heap_mib}}", &["{192}"]);
        check("{unknown}", &["{unknown}"]);
        check("{é}{", &["{é}{"]);
        assert_eq!(names("a{b}{ c }{d_1}"), ["b", "d_1"]);
    }
}

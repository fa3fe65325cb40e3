//! Trunk's directives: `<link data-trunk …>` elements of a page.

use std::collections::BTreeMap;
use std::ops::Range;

use anyhow::{Context, Result};

/// One element with the attribute `data-trunk`.
#[derive(Debug)]
pub struct Directive {
    /// Where the element stands in the page.
    pub range: Range<usize>,
    attributes: BTreeMap<String, String>,
}

impl Directive {
    /// The value of an attribute, if present.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.attributes.get(name).map(String::as_str)
    }

    /// The value of an attribute, or an error that names it.
    pub fn require(&self, name: &str) -> Result<&str> {
        self.get(name)
            .with_context(|| format!("a data-trunk link has no `{name}`: {self:?}"))
    }

    /// True if the attribute is present, with or without a value.
    pub fn has(&self, name: &str) -> bool {
        self.attributes.contains_key(name)
    }
}

/// Finds the directives of a page, in order. Comments are skipped.
pub fn parse(html: &str) -> Result<Vec<Directive>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = html[at..].find('<').map(|offset| at + offset) {
        if html[start..].starts_with("<!--") {
            let end = html[start..]
                .find("-->")
                .context("a comment does not end")?;
            at = start + end;
        } else if html[start..].starts_with("<link") {
            let (attributes, end) = attributes(html, start + "<link".len())?;
            if attributes.contains_key("data-trunk") {
                let range = start..end;
                found.push(Directive { range, attributes });
            }
            at = end;
        } else {
            at = start + 1;
        }
    }
    Ok(found)
}

/// Reads attributes up to `>`. Returns them with the offset behind it.
fn attributes(html: &str, start: usize) -> Result<(BTreeMap<String, String>, usize)> {
    let mut attributes = BTreeMap::new();
    let mut rest = &html[start..];
    loop {
        rest = rest.trim_start().trim_start_matches('/');
        if let Some(after) = rest.strip_prefix('>') {
            return Ok((attributes, html.len() - after.len()));
        }
        let ends = |c: char| c.is_whitespace() || matches!(c, '=' | '>' | '/');
        let length = rest.find(ends).context("a link element does not end")?;
        let name = &rest[..length];
        rest = &rest[length..];
        let mut value = "";
        if let Some(quoted) = rest.strip_prefix("=\"") {
            (value, rest) = quoted
                .split_once('"')
                .with_context(|| format!("the value of `{name}` does not end"))?;
        } else {
            anyhow::ensure!(!rest.starts_with('='), "the value of `{name}` is unquoted");
        }
        attributes.insert(name.to_owned(), value.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directives_are_links_with_data_trunk_outside_comments() {
        let html = "<!-- <link data-trunk rel=\"no\"> -->\n<link rel=\"x\" href=\"a>b\">\
                    <link data-trunk\n rel=\"css\" href=\"a.css\" data-flag /><p>";
        let found = parse(html).unwrap();
        assert_eq!(found.len(), 1);
        let directive = &found[0];
        assert_eq!(directive.require("rel").unwrap(), "css");
        assert_eq!(directive.get("href"), Some("a.css"));
        assert!(directive.has("data-flag") && !directive.has("data-other"));
        assert!(html[directive.range.clone()].starts_with("<link data-trunk"));
        assert!(html[directive.range.clone()].ends_with("/>"));
        assert!(directive.require("data-bin").is_err());
    }

    #[test]
    fn broken_elements_are_errors() {
        for html in [
            "<link data-trunk rel=\"css",
            "<link data-trunk",
            "<link data-trunk rel=css>",
            "<!-- ",
        ] {
            assert!(parse(html).is_err(), "{html}");
        }
    }
}

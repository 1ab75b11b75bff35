//! Pure decisions about an address.

use crate::drafts::model::Address;

/// What is wrong with an address: field and code (`drafts-address-<code>`).
pub fn address_faults(a: &Address) -> Vec<(&'static str, &'static str)> {
    let long = |text: &str, least: usize, most: usize| {
        let n = text.chars().count();
        n < least || n > most || text.chars().any(char::is_control)
    };
    let mut faults = Vec::new();
    if long(&a.name, 1, 50) {
        faults.push(("name", "name"));
    }
    if codes::phone::Phone::parse(&a.phone).is_err() {
        faults.push(("phone", "phone"));
    }
    if long(&a.region, 2, 60) {
        faults.push(("region", "region"));
    }
    if long(&a.street, 4, 120) {
        faults.push(("street", "street"));
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_must_be_one_that_can_be_found() {
        let good = Address {
            name: "买买提·艾力".into(),
            phone: "19900000207".into(),
            region: "示例省示例市示例区".into(),
            street: "示例街道1号".into(),
        };
        assert_eq!(address_faults(&good), []);
        let huge = "长".repeat(500);
        for (bad, field) in [
            (Address { name: String::new(), ..good.clone() }, "name"),
            (Address { name: huge.clone(), ..good.clone() }, "name"),
            (Address { phone: "12345".into(), ..good.clone() }, "phone"),
            (Address { region: "\u{7}省市".into(), ..good.clone() }, "region"),
            (Address { street: "1号".into(), ..good.clone() }, "street"),
            (Address { street: huge, ..good }, "street"),
        ] {
            let faults: Vec<&str> = address_faults(&bad).into_iter().map(|f| f.0).collect();
            assert_eq!(faults, [field]);
        }
        assert_eq!(address_faults(&Address::default()).len(), 4, "all at once");
    }
}

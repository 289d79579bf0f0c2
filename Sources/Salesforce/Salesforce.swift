// The Salesforce module.

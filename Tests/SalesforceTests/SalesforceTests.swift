// Tests of Salesforce.

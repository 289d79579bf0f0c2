// Tests of SimulatedOrg.

// The SimulatedOrg module.

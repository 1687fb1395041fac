"""What people, partners and clocks can do; the gate and the business commits."""

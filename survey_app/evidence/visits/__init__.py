"""The cycle of an accreditation: visits planned and held, what was found, and where last year was beaten."""

"""Framework, elements, exhibits and the pack an assessor can check."""

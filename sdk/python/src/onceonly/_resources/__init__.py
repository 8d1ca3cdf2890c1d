"""One file for each noun of the API: what a call sends, and how its answer is read. Pure: no input, no output, no clock."""

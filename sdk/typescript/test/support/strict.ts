// Loaded before each test file: a warning of Node (a leak of listeners, a deprecation) is a failure, not a line of text.
process.on('warning', (warning) => {
  if (warning.name !== 'ExperimentalWarning') throw warning;
});

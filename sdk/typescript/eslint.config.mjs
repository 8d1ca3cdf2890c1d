import tseslint from 'typescript-eslint';

const typed = (tsconfigRootDir) => ({
  languageOptions: { parserOptions: { projectService: true, tsconfigRootDir } },
});

export default tseslint.config(
  { ignores: ['dist', 'build', 'node_modules', 'test/consumer', '**/*.mjs'] },
  {
    files: ['src/**/*.ts', 'test/**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked, typed(import.meta.dirname)],
    rules: {
      // Numbers in messages are meant.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // A signal's reason is whatever its owner has chosen.
      '@typescript-eslint/prefer-promise-reject-errors': [
        'error',
        { allowThrowingUnknown: true, allowThrowingAny: true },
      ],
      // A callback that does one thing is one line, whatever that thing answers.
      '@typescript-eslint/no-confusing-void-expression': 'off',
      // The options come from JavaScript too, so what a type promises is checked all the same.
      '@typescript-eslint/no-unnecessary-condition': 'off',
      // The aliases are declared by an interface beside the class; the compiler can't see them being added.
      '@typescript-eslint/no-unsafe-declaration-merging': 'off',
      '@typescript-eslint/no-empty-object-type': ['error', { allowInterfaces: 'with-single-extends' }],
      'max-lines': ['error', 400],
      'max-lines-per-function': ['error', { max: 50, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    files: ['test/**/*.ts'],
    rules: {
      // node:test awaits what it is given; its suites are functions of any length.
      '@typescript-eslint/no-floating-promises': 'off',
      'max-lines-per-function': 'off',
    },
  },
);

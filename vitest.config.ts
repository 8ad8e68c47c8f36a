import solid from 'vite-plugin-solid'
import { defineConfig } from 'vitest/config'

const results = process.env.SCOPE_TEST_RESULTS

/**
 * `test/` mirrors `src/` and `web/`. The page's tests are the project `web`; what needs the whole machine is in `test/e2e`,
 * one file at a time.
 * `SCOPE_TEST_RESULTS` names a file that gets the results as JSON.
 */
export default defineConfig({
  test: {
    environment: 'node',
    globalSetup: ['test/support/global-setup.ts'],
    reporters: results ? ['default', ['json', { outputFile: results }]] : ['default'],
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          // Many of these watch the real machine, while others run beside them.
          testTimeout: 60_000,
          include: ['test/**/*.test.{ts,tsx}'],
          exclude: ['test/e2e/**', 'test/web/**'],
        },
      },
      {
        // The plugin makes imports resolve as in a browser, which the rest of Scope is not.
        extends: true,
        plugins: [solid()],
        test: { name: 'web', include: ['test/web/**/*.test.{ts,tsx}'] },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          fileParallelism: false,
          // After the others, which would slow down what is observed here.
          sequence: { groupOrder: 1 },
          testTimeout: 120_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
})

import { join } from 'node:path'
import solid from 'vite-plugin-solid'
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config'
import { EVENTUALLY_MS } from './test/support/eventually.ts'
import { MEASURED, PURE } from './test/support/pure.ts'
import { SpreadSequencer } from './test/support/spread.ts'

const results = process.env.SCOPE_TEST_RESULTS

// Workers, and what they start, take compiled code from where the launcher keeps it, or compile it once for all.
process.env.NODE_COMPILE_CACHE ||= join(import.meta.dirname, '.runtime/compile-cache')

const patient = { testTimeout: 120_000, hookTimeout: 120_000 }

/** A project of tests that run all of Scope. */
const onTheMachine = (
  name: string,
  options: Pick<NonNullable<TestProjectInlineConfiguration['test']>, 'include' | 'exclude' | 'maxWorkers'>,
  groupOrder: number,
): TestProjectInlineConfiguration => ({
  extends: true,
  test: {
    ...{ name, ...options, sequence: { groupOrder }, testTimeout: 120_000, hookTimeout: 180_000 },
    setupFiles: ['test/support/machine/tell-of-failed.ts'],
  },
})

/**
 * `test/` mirrors `src/` and `web/`. The page's tests are the project `web`, what only decides is `pure`; what needs the whole machine is in `test/e2e`,
 * and in `test/e2e/alone` what a load of other tests would distort, or what is itself such a load.
 * `SCOPE_TEST_RESULTS` names a file that gets the results as JSON.
 */
export default defineConfig({
  test: {
    environment: 'node',
    expect: { poll: { timeout: EVENTUALLY_MS } },
    globalSetup: ['test/support/global-setup.ts'],
    reporters: results ? ['default', ['json', { outputFile: results }]] : ['default'],
    // Of two cores, the tests of the real machine use a fifth of one each, those of all of Scope two fifths: the rest of the time they wait.
    maxWorkers: 6,
    sequence: { sequencer: SpreadSequencer },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          // Many of these watch the real machine, while others run beside them.
          ...patient,
          include: ['test/**/*.test.{ts,tsx}'],
          exclude: ['test/e2e/**', 'test/web/**', ...PURE],
        },
      },
      {
        extends: true,
        test: { name: 'pure', ...patient, isolate: false, include: [...PURE], exclude: [...MEASURED] },
      },
      {
        extends: true,
        test: {
          name: 'measured',
          ...patient,
          include: [...MEASURED],
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        // The plugin makes imports resolve as in a browser, which the rest of Scope is not.
        extends: true,
        plugins: [solid()],
        test: {
          name: 'web',
          testTimeout: 60_000,
          hookTimeout: 60_000,
          include: ['test/web/**/*.test.{ts,tsx}'],
          exclude: [...PURE],
        },
      },
      onTheMachine('e2e', { include: ['test/e2e/**/*.test.ts'], exclude: ['test/e2e/alone/**'] }, 0),
      onTheMachine('alone', { include: ['test/e2e/alone/*.test.ts'], maxWorkers: 1 }, 2),
    ],
  },
})

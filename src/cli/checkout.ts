import { fileURLToPath } from 'node:url'

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/**
 * Absolute paths of files in the checkout (or image) that this process runs from. They are relative here like imports, because
 * `tools/image/to-javascript.mjs` turns both into names of JavaScript files.
 */
export const checkout = {
  root: at('../..'),
  launcher: at('../../scope'),
  main: at('../main.ts'),
  supervisor: at('./supervisor/main.mjs'),
  probe: at('../probe/probe.ts'),
  /** Module that the supervisor loads; importing it has no side effects, so the compile cache can be filled from it. */
  supervise: at('./supervisor/supervise-and-exit.ts'),
  help: at('./options/help.txt'),
  webRoot: at('../../dist/web'),
} as const

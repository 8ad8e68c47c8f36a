import { fileURLToPath } from 'node:url'

const at = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url))

/** Absolute paths of files in the checkout (or image) that this process runs from. */
export const checkout = {
  root: at('.'),
  launcher: at('scope'),
  main: at('src/main.ts'),
  supervisor: at('src/cli/supervisor/main.mjs'),
  probe: at('src/probe/probe.ts'),
  /** Module that the supervisor loads; importing it has no side effects, so the compile cache can be filled from it. */
  supervise: at('src/cli/supervisor/supervise-and-exit.ts'),
  help: at('src/cli/options/help.txt'),
  webRoot: at('dist/web'),
} as const

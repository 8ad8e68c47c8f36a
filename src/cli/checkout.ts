import { fileURLToPath } from 'node:url'

const at = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url))

/** Where things are in the checkout (or image) this runs from; absolute paths. */
export const checkout = {
  launcher: at('scope'),
  main: at('src/main.ts'),
  supervisor: at('src/cli/supervisor/main.mjs'),
  probe: at('src/probe/probe.ts'),
  /** Loaded by the supervisor, and harmless when loaded by others. */
  supervise: at('src/cli/supervisor/supervise-and-exit.ts'),
  help: at('src/cli/options/help.txt'),
  webRoot: at('dist/web'),
} as const

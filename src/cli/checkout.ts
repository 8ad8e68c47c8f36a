import { fileURLToPath } from 'node:url'

const at = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url))

/** Where things are in the checkout (or image) this runs from; absolute paths. */
export const checkout = {
  launcher: at('scope'),
  main: at('src/main.ts'),
  probe: at('src/probe/probe.ts'),
  help: at('src/cli/options/help.txt'),
  webRoot: at('dist/web'),
} as const

import { join } from 'node:path'
import { defineConfig, type Plugin } from 'vite'

/** Zod has its messages in fifty languages, and every process that reads anything would have them all in memory. */
const onlyEnglish: Plugin = {
  name: 'only-english',
  load: (id) =>
    id.endsWith('/zod/v4/locales/index.js') ? `export { default as en } from './en.js'` : undefined,
}

/**
 * Writes characters beyond Latin-1 as escapes: V8 keeps the text of a file that has a single one of them with two bytes for each character.
 * They are only in strings, templates and regular expressions, where an escape means the same.
 */
const latin1: Plugin = {
  name: 'latin-1',
  generateBundle(_options, files) {
    for (const file of Object.values(files)) if (file.type === 'chunk') file.code = escaped(file.code)
  },
}

const escaped = (code: string): string =>
  code.replaceAll(/[\u0100-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)

/** Modules that the one of these ids imports statically, at once or by others, and itself. */
const closureOf = (id: string, importsOf: (id: string) => readonly string[]): ReadonlySet<string> => {
  const all = new Set([id])
  for (const one of all) for (const imported of importsOf(one)) all.add(imported)
  return all
}

const source = (path: string): string => join(import.meta.dirname, 'src', path)
const parts = {
  main: source('main.ts'),
  app: source('cli/run/run-app.ts'),
  probe: source('cli/run/run-probe.ts'),
}
const loadedBy = { main: new Set(), app: new Set(), probe: new Set() } as Record<
  keyof typeof parts,
  ReadonlySet<string>
>

/** Finds out what each of {@link parts} loads in any case. */
const closures: Plugin = {
  name: 'closures',
  buildEnd() {
    for (const [part, id] of Object.entries(parts))
      loadedBy[part as keyof typeof parts] = closureOf(
        id,
        (one) => this.getModuleInfo(one)?.importedIds ?? [],
      )
  },
}

/**
 * What is loaded together is in one file: the bundler would make one for each set of commands that share something, and a command would load fifty.
 * Each costs a third of a millisecond.
 */
const groups = [
  { name: 'common', test: (id: string) => id !== parts.main && loadedBy.main.has(id) },
  {
    name: 'parts',
    test: (id: string) => !loadedBy.main.has(id) && loadedBy.app.has(id) && loadedBy.probe.has(id),
  },
]

/**
 * A module that imports `node:http` makes Node read all that this exports, for which it loads its `fetch` and `WebSocket`: 30 ms and 5 MB, for nothing
 * where nobody uses them.
 */
const lazyHttp: Plugin = {
  name: 'lazy-http',
  generateBundle(_options, files) {
    for (const file of Object.values(files))
      if (file.type === 'chunk')
        file.code = file.code.replaceAll(
          /^import (?:\{([^}]*)\}|(\w+)) from "node:http";$/gm,
          (_all, names: string | undefined, whole: string | undefined) =>
            `const ${names === undefined ? whole : `{${names.replaceAll(' as ', ': ')}}`} = process.getBuiltinModule("node:http");`,
        )
  },
}

/**
 * Builds `src/` into `dist/program`: few files of JavaScript, so that a process of Scope starts in half of the time that it takes to load
 * the sources one by one, and needs no compiler. Names carry the hash of what is in the files, but for those of the programs. A process keeps the text of what it
 * loads in memory, so comments are left out, but for those of licences; lines and names stay, so that stack traces can be read.
 */
export default defineConfig({
  plugins: [onlyEnglish, latin1, closures, lazyHttp],
  // Of what belongs to the page, nothing is copied.
  publicDir: false,
  ssr: {
    noExternal: true,
    // They load native code from beside their own files.
    external: ['koffi', 'dockerode', 'msgpackr-extract'],
  },
  build: {
    ssr: true,
    outDir: 'dist/program',
    emptyOutDir: true,
    target: 'node24',
    minify: false,
    rolldownOptions: {
      // It names files by where the packages lie; the same sources make the same bytes anywhere.
      experimental: { attachDebugInfo: 'none' },
      input: {
        main: 'src/main.ts',
        supervisor: 'src/cli/supervisor/main.ts',
        'feed-worker': 'src/demo/feed-worker.ts',
      },
      output: {
        entryFileNames: '[name].js',
        chunkFileNames: 'chunks/[name]-[hash].js',
        codeSplitting: { groups },
        comments: { legal: true, annotation: false, jsdoc: false },
      },
    },
  },
})

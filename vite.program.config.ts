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

/**
 * Builds `src/` into `dist/program`: few files of JavaScript, so that a process of Scope starts in half of the time that it takes to load
 * the sources one by one, and needs no compiler. Names carry the hash of what is in the files, but for those of the programs. A process keeps the text of what it
 * loads in memory, so comments are left out, but for those of licences; lines and names stay, so that stack traces can be read.
 */
export default defineConfig({
  plugins: [onlyEnglish, latin1],
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
        comments: { legal: true, annotation: false, jsdoc: false },
      },
    },
  },
})

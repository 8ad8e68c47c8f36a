import { defineConfig } from 'vite'

/**
 * Builds `src/` into `dist/program`: few files of JavaScript, so that a process of Scope starts in half of the time that it takes to load
 * the sources one by one, and needs no compiler. Names carry the hash of what is in the files, but for those of the programs.
 */
export default defineConfig({
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
      output: { entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
    },
  },
})

import { defineConfig, type UserConfig } from 'vite'
import solid from 'vite-plugin-solid'

const app = process.env.SCOPE_APP ?? 'http://localhost:4040'

const page: UserConfig = {
  root: 'web',
  base: './',
  plugins: [solid()],
  build: {
    outDir: '../dist/web',
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: false,
  },
  worker: { format: 'es' },
  server: {
    proxy: {
      '/api': { target: app, changeOrigin: true, ws: true, rewriteWsOrigin: true },
    },
  },
}

/**
 * Builds `web/` into `dist/web`. Nothing is inlined, so that the page runs under a policy that allows only files of its own.
 * In development, `/api` is passed on to a running app (`SCOPE_APP`).
 */
export default defineConfig(({ command }) => {
  // Whoever builds it may have another one, tests for instance: the page would then be that of developers, which is larger and slower.
  if (command === 'build') process.env.NODE_ENV = 'production'
  return page
})

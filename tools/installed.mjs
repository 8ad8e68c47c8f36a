// Ends with 0 when node_modules holds just what package-lock.json asks for. Runs on any Node, so it is plain JavaScript.
import { readFileSync } from 'node:fs'

const packagesOf = (path) => JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8')).packages ?? {}

try {
  const { '': _root, ...wanted } = packagesOf('../package-lock.json')
  const installed = packagesOf('../node_modules/.package-lock.json')
  const names = new Set([...Object.keys(wanted), ...Object.keys(installed)])
  const differs = [...names].filter((name) => {
    const { version, optional } = wanted[name] ?? {}
    // Optional packages of other platforms are in the lock file only.
    return installed[name] === undefined ? !optional : installed[name].version !== version
  })
  process.exitCode = differs.length === 0 ? 0 : 1
} catch (error) {
  if (error?.code !== 'ENOENT') throw error
  process.exitCode = 1
}

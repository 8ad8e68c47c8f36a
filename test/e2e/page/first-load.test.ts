import { readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { checkout } from '../../../src/checkout.ts'

/** All that a browser loads before it draws the first map, compressed. What is needed later is loaded then. */
const BUDGET_BYTES = 150_000

const dist = join(checkout.root, 'dist/web')
/** What an HTML file, a script or a style sheet makes the browser load with it; workers, too, since they lay out and draw the map. */
const PARTS: Readonly<Record<string, readonly RegExp[]>> = {
  '.html': [/(?:src|href)="\.\/([^"]+)"/g],
  '.js': [
    /(?:\bfrom|\bimport)\s*["'`]\.\/([^"'`]+)["'`]/g,
    /new Worker\([^,]*?[`"'](?:\.\/|\/assets\/)?([^`"'/]+\.js)/g,
  ],
}

const loadedWith = (file: string, text: string): readonly string[] =>
  (PARTS[posix.extname(file)] ?? []).flatMap((pattern) =>
    [...text.matchAll(pattern)].map(([, part = '']) => posix.join(posix.dirname(file), part)),
  )

/** The files by name, each with its size when it is compressed. */
const firstLoad = (): ReadonlyMap<string, number> => {
  const sizes = new Map<string, number>()
  const waiting = ['index.html']
  for (const file of waiting) {
    if (sizes.has(file)) continue
    const bytes = readFileSync(join(dist, file))
    sizes.set(file, gzipSync(bytes).length)
    waiting.push(...loadedWith(file, bytes.toString()))
  }
  return sizes
}

it('loads little before the first map is drawn', () => {
  const sizes = firstLoad()
  const files = [...sizes.keys()]
  // Else something is no longer found that counts.
  expect(files.filter((file) => /worker-[^/]*\.js$/.test(file))).toHaveLength(2)
  expect(files.filter((file) => file.endsWith('.css')).length).toBeGreaterThan(0)
  expect(sizes.get(files.find((file) => /index-[^/]*\.js$/.test(file)) ?? '')).toBeGreaterThan(50_000)
  expect(files.filter((file) => /mark-paths|screen-|layered|palette|card-|finder-/.test(file))).toEqual([])
  // Only what matches queries classifies addresses.
  expect(files.filter((file) => readFileSync(join(dist, file), 'utf8').includes('ipaddr:'))).toEqual([])
  const all = [...sizes.values()].reduce((sum, size) => sum + size, 0)
  expect(all, JSON.stringify(Object.fromEntries(sizes), null, 2)).toBeLessThan(BUDGET_BYTES)
})

import { readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'

const root = join(import.meta.dirname, '../..')

/**
 * Files of `test/`, and those of `test/` that they import, directly or not.
 *
 * @param files paths below the root of the checkout
 */
export const withImports = (files: readonly string[]): ReadonlySet<string> => {
  const found = new Set<string>()
  const add = (file: string): void => {
    if (found.has(file)) return
    found.add(file)
    for (const [, path = ''] of readFileSync(join(root, file), 'utf8').matchAll(/from '(\.[^']+\.tsx?)'/g)) {
      const imported = relative(root, join(root, dirname(file), path))
      if (imported.startsWith('test/')) add(imported)
    }
  }
  for (const file of files) add(file)
  return found
}

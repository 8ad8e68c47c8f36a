import { relative } from 'node:path'
import { checkout } from '../../../src/checkout.ts'
import { withImports } from '../imports.ts'

const BUILDS = 'test/support/image/build-image.ts'

/** Whether some of these files of tests, given by their whole paths, build the image or wait for it. */
export const needImage = (files: readonly string[]): boolean =>
  withImports(files.map((file) => relative(checkout.root, file))).has(BUILDS)

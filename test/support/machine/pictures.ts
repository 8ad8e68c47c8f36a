import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import pixelmatch from 'pixelmatch'
import type { Page } from 'playwright-core'
import { PNG } from 'pngjs'

/** How much one pixel may differ in what is seen of it, from 0 to 1: edges of letters are drawn a little otherwise by each browser. */
const PIXEL_THRESHOLD = 0.2

/** Where pictures that differ are put, with what differs, to look at. */
const DIFFERING = join(import.meta.dirname, '../../../.runtime/pictures')

/** What {@link comparePicture} found. */
export interface PictureDifference {
  /** Share of the pixels that differ, from 0 to 1; 1 when the sizes do. */
  readonly share: number
  /** What to do about it, for people. */
  readonly hint: string
}

/**
 * Compares what a page shows with the picture of it that is kept. With `SCOPE_KEEP_PICTURES=1` in the environment it is kept instead.
 *
 * @param directory where pictures are kept
 * @param hidden selector of what is another each time, such as times
 * @throws when none is kept
 */
export const comparePicture = async (
  page: Page,
  directory: string,
  name: string,
  hidden: string,
): Promise<PictureDifference> => {
  const path = join(directory, `${name}.png`)
  const shot = await page.screenshot({
    animations: 'disabled',
    caret: 'hide',
    style: `${hidden} { visibility: hidden !important; }`,
  })
  if (process.env.SCOPE_KEEP_PICTURES === '1') {
    writeFileSync(path, shot)
    return { share: 0, hint: `${path} is kept` }
  }
  if (!existsSync(path)) throw new Error(`there is no ${path}; SCOPE_KEEP_PICTURES=1 makes it`)
  const [is, was] = [PNG.sync.read(shot), PNG.sync.read(readFileSync(path))]
  const { width, height } = is
  const differing = new PNG({ width, height })
  const isOfSameSize = width === was.width && height === was.height
  const pixels = isOfSameSize
    ? pixelmatch(is.data, was.data, differing.data, width, height, { threshold: PIXEL_THRESHOLD })
    : width * height
  mkdirSync(DIFFERING, { recursive: true })
  writeFileSync(join(DIFFERING, `${name}.png`), shot)
  writeFileSync(join(DIFFERING, `${name}-differs.png`), PNG.sync.write(differing))
  const hint = `look at ${DIFFERING}/${name}.png; if it is to look like that, run this test with SCOPE_KEEP_PICTURES=1`
  return { share: pixels / (width * height), hint }
}

import type { Page } from 'playwright-core'
import { eventually } from '../eventually.ts'

/** So long the map is given to notice a pointer, before the pointer is moved to where the node is by now. */
const POINTED_MS = 5000

/** Where in the window a node of a map is: the page tells where nodes are, and what the camera is. Undefined while it has no place. */
const placeInWindow = async (page: Page, label: string): Promise<{ x: number; y: number } | undefined> => {
  const node = page.locator(`[data-testid=node][data-label="${label}"][data-x]`)
  if ((await node.count()) === 0) return undefined
  const [x = 0, y = 0] = await node.evaluate(({ dataset }) => [Number(dataset.x), Number(dataset.y)])
  const canvas = page.getByTestId('map-canvas')
  const [zoom = 1, left = 0, top = 0] = await canvas.evaluate(({ dataset }) =>
    [dataset.zoom, dataset.x, dataset.y].map(Number),
  )
  const box = await canvas.boundingBox()
  return { x: x * zoom + left + (box?.x ?? 0), y: y * zoom + top + (box?.y ?? 0) }
}

/**
 * Moves the pointer to a node of a map that has settled, until the page tells that it is pointed at and where it still is: it may be moved to
 * where all of the map is in view, and another one be where it was.
 *
 * @returns where in the window that is
 */
export const pointAtNode = (page: Page, label: string): Promise<{ x: number; y: number }> =>
  eventually(`the pointer on ${label}`, async () => {
    await page.locator('[data-testid=map][data-settled=true]').waitFor()
    const at = await placeInWindow(page, label)
    if (!at) return undefined
    await page.mouse.move(at.x, at.y)
    const pointed = page.locator('.map > .for-readers[aria-live]')
    await eventually(label, async () => (await pointed.textContent())?.split(', ')[0] === label, POINTED_MS)
    const now = await placeInWindow(page, label)
    return now?.x === at.x && now.y === at.y && at
  })

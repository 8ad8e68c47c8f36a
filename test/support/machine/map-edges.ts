import type { Page } from 'playwright-core'
import type { Edge, NodeSummary, ViewDocument } from '../../../src/api/types.ts'
import { distanceToCurve, edgeCurve, type Point, pointAt } from '../../../web/domain/plot/geometry.ts'
import { settings } from '../../../web/settings.ts'
import { eventually } from '../eventually.ts'

/** An edge on the canvas of a map. */
export interface EdgeOnMap {
  readonly id: string
  /** Labels of its ends. */
  readonly source: string
  readonly target: string
  /** Where in the window the edge passes, farthest from all else. */
  readonly at: Point
  /** How many pixels away the next edge or node is there. */
  readonly alone: number
}

interface Rectangle extends Point {
  readonly width: number
  readonly height: number
}

/** Nothing of a map of usual size is there. */
export const NOWHERE = { x: 5, y: 300 } as const

/** Of one look of several: longer than the page takes, shorter than all of them may take. */
const LOOK_MS = 3000
/** So far away from all else an edge is to be where it is pointed at, in pixels. */
const ALONE = 9
/** Where along an edge its place is looked for. */
const ALONG = [0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7]

/**
 * The edges of a map that can be pointed at: those of which nothing lies over the canvas where they pass. The page tells where nodes are
 * and what the camera is, and edges follow from these, as they are drawn.
 *
 * @param view of what the map shows
 */
export const edgesOnMap = async (page: Page, view: ViewDocument): Promise<readonly EdgeOnMap[]> => {
  const canvas = page.getByTestId('map-canvas')
  const [zoom = 1, left = 0, top = 0] = await canvas.evaluate((map) =>
    ['zoom', 'x', 'y'].map((name) => Number(map.getAttribute(`data-${name}`))),
  )
  const box = await canvas.boundingBox()
  const listed = await page
    .getByTestId('node')
    .evaluateAll((all) =>
      all.map((one) => ['id', 'x', 'y'].map((name) => one.getAttribute(`data-${name}`) ?? '')),
    )
  const places = new Map(
    listed.map(([id = '', x = '', y = '']) => [
      id,
      { x: Number(x), y: Number(y), r: settings.node.radiusMax },
    ]),
  )
  const curves = Object.values(view.edges ?? {}).flatMap((edge) => {
    const [from, to] = [places.get(edge.source), places.get(edge.target)]
    return from && to ? [{ edge, curve: edgeCurve(from, to, settings.edge) }] : []
  })
  const inWindow = ({ x, y }: Point) => ({
    x: (box?.x ?? 0) + x * zoom + left,
    y: (box?.y ?? 0) + y * zoom + top,
  })
  const best = curves.map(({ edge, curve }) => {
    const spots = ALONG.map((t) => {
      const spot = pointAt(curve, t)
      const others = curves.filter((one) => one.edge !== edge)
      const alone = Math.min(
        ...others.map((other) => distanceToCurve(other.curve, spot)),
        ...[...places.values()].map(({ x, y, r }) => Math.hypot(x - spot.x, y - spot.y) - r),
      )
      return { at: inWindow(spot), alone: alone * zoom }
    })
    const label = (id: string) => view.nodes?.[id]?.label ?? id
    const spot = spots.reduce((one, other) => (other.alone > one.alone ? other : one))
    return { id: edge.id, source: label(edge.source), target: label(edge.target), ...spot }
  })
  // As text, since the types of the page's own objects are not those of tests.
  const isFree = await page.evaluate<boolean[]>(
    `${JSON.stringify(best.map(({ at }) => at))}.map(({ x, y }) =>
      document.elementFromPoint(x, y)?.dataset.testid === 'map-canvas')`,
  )
  const minimap = await minimapOn(page)
  return best.filter(({ at }, index) => isFree[index] && !(minimap && isWithin(minimap, at)))
}

/** Where a minimap is, which is drawn on the canvas of the map. Undefined where there is no room for one. */
const minimapOn = async (page: Page): Promise<Rectangle | undefined> => {
  const buttons = await page.getByRole('toolbar', { name: 'Map', exact: true }).boundingBox()
  const { width, height, right, gap } = settings.minimap
  const pageWidth = page.viewportSize()?.width
  return buttons && pageWidth
    ? { x: pageWidth - right - width, y: buttons.y - gap - height, width, height }
    : undefined
}

const isWithin = ({ x, y, width, height }: Rectangle, at: Point): boolean =>
  at.x >= x && at.x <= x + width && at.y >= y && at.y <= y + height

/**
 * Points at an edge of those that are asked for, until the map tells of it: it may still be moved.
 *
 * @param view what the map shows
 */
export const pointAtEdge = (
  page: Page,
  what: string,
  view: () => Promise<ViewDocument>,
  isWanted: (edge: Edge, source: NodeSummary, target: NodeSummary) => boolean,
): Promise<EdgeOnMap> => {
  const looks = new Map<string, number>()
  const looksAt = ({ id }: EdgeOnMap) => looks.get(id) ?? 0
  return eventually(`the pointer on ${what}`, async () => {
    const { nodes, edges } = await view()
    const [edge] = (await edgesOnMap(page, { nodes, edges }))
      .filter(({ id, alone }) => {
        const one = edges?.[id]
        const [source, target] = [nodes?.[one?.source ?? ''], nodes?.[one?.target ?? '']]
        return alone >= ALONE && one && source && target && isWanted(one, source, target)
      })
      .toSorted((a, b) => looksAt(a) - looksAt(b) || b.alone - a.alone)
    if (!edge) return undefined
    looks.set(edge.id, looksAt(edge) + 1)
    await page.mouse.move(NOWHERE.x, NOWHERE.y)
    await page.mouse.move(edge.at.x, edge.at.y)
    const tooltip = page.getByTestId('edge-tooltip')
    await tooltip.waitFor({ timeout: LOOK_MS })
    const ends = await tooltip.locator('.edge-tooltip-ends').textContent()
    return ends === `${edge.source}→${edge.target}` && edge
  })
}

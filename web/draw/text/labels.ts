import { overlaps, type Point } from '../../domain/plot/geometry.ts'
import type { Settings } from '../../settings.ts'
import { toScreen } from '../camera.ts'
import { type Frame, fading } from '../frame.ts'
import { hullOpacity } from '../hulls.ts'
import { barsEnd } from '../network-bars.ts'
import { type OpenGroup, openGroupReach, openGroupsOf } from '../open-groups.ts'
import type { Hull, Scene, SceneNode } from '../scene.ts'
import { declutter, type Obstacle, type Spot, type Wish } from './declutter.ts'
import type { TextKind, TextMeasure } from './text-measure.ts'

/** The texts of a label. */
export interface Label {
  readonly kind: TextKind
  readonly lines: readonly string[]
  readonly minor: string
  /** What of the node was found; shown where there is room. */
  readonly reasons?: readonly string[]
  readonly opacity: number
  /** In the second colour. */
  readonly quiet?: true
}

/** What has labels from afar: hulls, and of their members those that are in trouble. */
export interface FarLabels {
  readonly hulls: readonly Hull[]
  readonly troubled: ReadonlySet<string>
}

/**
 * Draws the names and second lines of nodes, and the names of open groups or hulls, in screen pixels (the context must not be transformed
 * to the map). A halo in the background colour separates letters from edges.
 */
export function drawLabels(frame: Frame, scene: Scene, measure: TextMeasure, far?: FarLabels): void {
  const { settings, ctx, tokens } = frame
  const { label: look } = settings
  ctx.textAlign = 'center'
  ctx.textBaseline = 'top'
  ctx.lineJoin = 'round'
  ctx.lineWidth = look.halo
  ctx.strokeStyle = tokens.bg
  for (const { box, shows } of placedLabels(frame, scene, measure, far).values()) {
    if (shows.opacity <= 0.01) continue
    ctx.globalAlpha = shows.opacity
    const x = (box.left + box.right) / 2
    let y = box.top + 1
    for (const name of shows.lines) {
      line(frame, name, x, y, measure.font(shows.kind), shows.quiet ? tokens.text2 : tokens.text)
      y += lineHeight(shows.kind, look)
    }
    if (shows.minor) {
      line(frame, shows.minor, x, y, measure.font('minor'), tokens.text2)
      y += lineHeight('minor', look)
    }
    for (const reason of shows.reasons ?? []) {
      line(frame, reason, x, y, measure.font('minor'), tokens.accent)
      y += lineHeight('minor', look)
    }
  }
  ctx.globalAlpha = 1
}

/**
 * Finds a place for each label. It is below its node where there is room, else above or beside it. Where labels would collide, the busier
 * node keeps its label. A shortened name is shown in full where others leave room for it, and so is what of a node was found. The names of open groups come first; from afar
 * those of hulls, and of their members only those in trouble have one.
 *
 * @returns by id of the node, open group or hull
 */
export function placedLabels(
  frame: Frame,
  scene: Scene,
  measure: TextMeasure,
  far?: FarLabels,
): ReadonlyMap<string, Spot<Label>> {
  const { camera, settings } = frame
  const { label: look, node: nodeLook } = settings
  const { width, height } = frame.size
  const withMinor = camera.zoom >= look.minorZoom
  const namesWanted = camera.zoom >= look.nameZoom
  const landmarks = busiest(scene, Math.round((width * height) / look.landmarkArea))
  const isUnder = createUnder(frame)
  const isWithin = createWithin(frame, isUnder)
  const wishes: Wish<Label>[] = []
  const obstacles: Obstacle[] = []
  for (const node of scene.nodes) {
    const at = toScreen(camera, node)
    const r = node.r * camera.zoom
    const isThere = node.goneMs === undefined
    const opacity = frame.nodeOpacity(node.id) * fading(frame, node.goneMs)
    if (opacity <= 0) continue
    if (at.x < -200 || at.y < -80) continue
    if (at.x > width + 200 || at.y > height + 80) continue
    const outline = { left: at.x - r, right: at.x + r, top: at.y - r, bottom: at.y + r }
    const marked = isMarked(frame, node)
    const bright = frame.nodeOpacity(node.id) > 0.5
    const inFocus = marked || (bright && frame.isDimmed)
    const isTroubled = far?.troubled.has(node.id) ?? false
    const isPart = node.plain === true && !inFocus && !isTroubled
    if (isThere) obstacles.push({ id: node.id, box: outline, faint: !bright, small: isPart })
    const isLandmark = landmarks.has(node.id)
    if (isPart || !(namesWanted || marked || isTroubled || isLandmark)) continue
    const small = camera.zoom < look.smallZoom && !marked
    const kind: TextKind = small ? 'small' : 'name'
    const widthMax = marked
      ? nodeLook.labelWidthMax * 1.8
      : small
        ? look.smallWidthMax
        : nodeLook.labelWidthMax
    const name = measure.fitted(node.label, kind, widthMax)
    const minor = withMinor || marked ? measure.fitted(node.minor, 'minor', widthMax) : ''
    const away = r + (node.ring === undefined ? 5 : 10)
    const around = { ...at, away, below: Math.max(away, barsEnd(frame, node)) }
    const better = () =>
      name === node.label ? [] : longer(node.label, kind, widthMax, measure, nodeLook.labelWidthWhole)
    const reasons = namesWanted || marked ? reasonsFor(frame, node, measure) : []
    // In focus, the longer texts are tried from the start, not only in the room that other labels leave. What was found only takes the room
    // that is left when all have their names.
    const isPlain = ({ shows }: Spot<Label>) => shows.reasons === undefined
    const spots = spotsOf(
      around,
      { kind, lines: [name], minor, opacity },
      { names: better, reasons },
      measure,
      look,
      isWithin,
    ).flatMap((spot) => (inFocus ? [...(spot.better?.() ?? []).filter(isPlain), spot] : [spot]))
    // Spots that the page's border cuts off, or that are among the options, are tried last; those below what lies over the map are not
    // used. In focus neither are unless there is no other: such a label may cover another node instead.
    const within = spots.filter(isWithin)
    const others = spots.filter((one) => !isWithin(one) && !isUnder(one))
    wishes.push({
      id: node.id,
      spots: inFocus && within.length > 0 ? within : [...within, ...others],
      weight: isThere
        ? node.weight + (marked ? 1e9 : 0) + (bright && frame.isDimmed ? 1e6 : 0) + (isTroubled ? 1e3 : 0)
        : -1,
      over: inFocus || isLandmark,
    })
  }
  for (const hull of far?.hulls ?? []) {
    const wish = hullWish(frame, hull, measure)
    wishes.push({ ...wish, spots: wish.spots.filter(isWithin) })
  }
  if (!far) for (const group of openGroupsOf(scene)) wishes.push(groupWish(frame, group, measure, isWithin))
  return declutter(wishes, obstacles)
}

/** Makes what tells whether a place of a label is, at least in part, below a card, buttons or a minimap. */
function createUnder({ size, ...frame }: Frame): (spot: Spot<Label>) => boolean {
  const { coveredRight, coveredBottom, coveredCorner, minimap } = frame
  const right = size.width - coveredRight
  const bottom = size.height - coveredBottom
  const corner = coveredCorner && {
    ...{ left: right - coveredCorner.width, right, bottom: size.height },
    top: size.height - coveredCorner.height,
  }
  return ({ box }) =>
    (coveredRight > 0 && box.right > right) ||
    (coveredBottom > 0 && box.bottom > bottom) ||
    (corner !== undefined && overlaps(corner, box)) ||
    (minimap !== undefined && overlaps(minimap, box))
}

/** Makes what tells whether a place of a label is covered by nothing, and neither cut off at the sides nor among the options. */
function createWithin(
  { size, optionsTop }: Frame,
  isUnder: (spot: Spot<Label>) => boolean,
): (spot: Spot<Label>) => boolean {
  return (spot) => {
    const { left, right, bottom } = spot.box
    return left >= 0 && right <= size.width && bottom <= size.height - optionsTop && !isUnder(spot)
  }
}

/** The name of an open group: above its uppermost node, else below its lowest, or beside these. */
function groupWish(
  frame: Frame,
  { id, label, nodes }: OpenGroup,
  measure: TextMeasure,
  isWithin: (spot: Spot<Label>) => boolean,
): Wish<Label> {
  const { camera, settings } = frame
  const name = measure.fitted(label, 'name', settings.node.labelWidthWhole)
  const opacity = Math.max(...nodes.map((node) => frame.nodeOpacity(node.id)))
  const shows: Label = { kind: 'name', lines: [name], minor: '', opacity, quiet: true }
  const half = measure.width(name, 'name') / 2 + 3
  const tall = lineHeight('name', settings.label)
  const away = openGroupReach * camera.zoom + tall / 2 + 3
  const spot = (x: number, y: number): Spot<Label> => ({
    box: { left: x - half, right: x + half, top: y - tall / 2, bottom: y + tall / 2 },
    shows,
  })
  const end = (isBeyond: (a: SceneNode, b: SceneNode) => boolean) =>
    toScreen(
      camera,
      nodes.reduce((a, b) => (isBeyond(b, a) ? b : a)),
    )
  const upper = end((a, b) => a.y < b.y)
  const lower = end((a, b) => a.y > b.y)
  const spots = [
    spot(upper.x, upper.y - away),
    spot(lower.x, lower.y + away),
    ...[upper, lower].flatMap(({ x, y }) => [1, -1].map((side) => spot(x + side * (away + half), y))),
  ]
  return { id: `open ${id}`, spots: spots.filter(isWithin), weight: 1e5 + nodes.length, over: true }
}

/** The name of a hull and the number of its members: in its middle, above or below it, where it covers least of nodes, those of others above all. */
function hullWish(frame: Frame, hull: Hull, measure: TextMeasure): Wish<Label> {
  const { camera, settings } = frame
  const { members, middle } = hull
  const kind = members.length >= 10 ? 'name' : 'small'
  const name = measure.fitted(hull.label, kind, settings.node.labelWidthMax)
  const lines = [`${name} · ${members.length}`]
  const shows: Label = { kind, lines, minor: '', opacity: hullOpacity(frame, hull) }
  const half = measure.width(lines[0] ?? '', kind) / 2 + 3
  const tall = lineHeight(kind, settings.label)
  const away = (settings.overview.breadth / 2) * camera.zoom
  const spot = ({ x, y }: Point): Spot<Label> => ({
    box: { left: x - half, right: x + half, top: y - tall / 2, bottom: y + tall / 2 },
    shows,
  })
  const own = new Set(members.map(({ id }) => id))
  const end = (isBeyond: (a: SceneNode, b: SceneNode) => boolean) =>
    toScreen(
      camera,
      members.reduce((a, b) => (isBeyond(b, a) ? b : a)),
    )
  const upper = end((a, b) => a.y < b.y)
  const lower = end((a, b) => a.y > b.y)
  return {
    id: hull.id,
    spots: [
      spot(toScreen(camera, middle)),
      spot({ x: upper.x, y: upper.y - away - tall / 2 }),
      spot({ x: lower.x, y: lower.y + away + tall / 2 }),
    ],
    weight: 1e5 + members.length,
    over: true,
    least: (id) => (own.has(id) ? 1 : 4),
  }
}

/**
 * Longer texts for a shortened name, best first: the whole name in one line, in two lines, or a less shortened name.
 */
function longer(
  name: string,
  kind: TextKind,
  widthMax: number,
  measure: TextMeasure,
  widthWhole: number,
): (readonly string[])[] {
  const parted = measure.parted(name, kind)
  const whole = [[name], ...(parted ? [parted] : [])]
  const widest = (lines: readonly string[]) => Math.max(...lines.map((one) => measure.width(one, kind)))
  return [
    ...whole.filter((lines) => widest(lines) <= widthWhole),
    [measure.fitted(name, kind, widthMax * 1.4)],
  ]
}

/**
 * Possible spots of a label, best first: name and second line below the node, then the name alone below, above, right,
 * left.
 */
function spotsOf(
  { x, y, away, below: lower }: Point & { readonly away: number; readonly below: number },
  label: Label,
  more: { readonly names: () => readonly (readonly string[])[]; readonly reasons: readonly string[] },
  measure: TextMeasure,
  look: Settings['label'],
  isWithin: (spot: Spot<Label>) => boolean,
): Spot<Label>[] {
  const sized = (shows: Label) => {
    const names = shows.lines.map((one) => measure.width(one, shows.kind))
    const smaller = [...(shows.minor ? [shows.minor] : []), ...(shows.reasons ?? [])]
    const half = Math.max(...names, ...smaller.map((one) => measure.width(one, 'minor'))) / 2 + 3
    const height =
      shows.lines.length * lineHeight(shows.kind, look) + smaller.length * lineHeight('minor', look)
    return { shows, half, height }
  }
  type Sized = ReturnType<typeof sized>
  const spot = ({ shows, half, height }: Sized, place: (size: Sized) => Point): Spot<Label> => {
    const { x: middle, y: top } = place({ shows, half, height })
    return {
      box: { left: middle - half, right: middle + half, top, bottom: top + height },
      shows,
      overFaint: shows.reasons !== undefined,
      better: () =>
        longerLabels(shows, more)
          .map((longer) => spot(sized(longer), place))
          .filter(isWithin),
    }
  }
  const least = sized({ ...label, minor: '' })
  const below = () => ({ x, y: y + lower })
  return [
    ...(label.minor ? [spot(sized(label), below)] : []),
    spot(least, below),
    spot(least, ({ height }) => ({ x, y: y - away - height })),
    spot(least, ({ half, height }) => ({ x: x + away + half, y: y - height / 2 })),
    spot(least, ({ half, height }) => ({ x: x - away - half, y: y - height / 2 })),
  ]
}

/** Labels that say more than this one, best first. */
function longerLabels(
  shows: Label,
  {
    names,
    reasons,
  }: { readonly names: () => readonly (readonly string[])[]; readonly reasons: readonly string[] },
): readonly Label[] {
  const named = names().map((lines) => ({ ...shows, lines }))
  // Of a few lines, rather the first than none.
  const told = reasons.length > 1 ? [reasons, reasons.slice(0, 1)] : reasons.length > 0 ? [reasons] : []
  return [...told.flatMap((some) => [...named, shows].map((one) => ({ ...one, reasons: some }))), ...named]
}

/** What of a node was found, as it fits. */
function reasonsFor(
  { settings, reasonsOf }: Frame,
  { id }: SceneNode,
  measure: TextMeasure,
): readonly string[] {
  return (reasonsOf(id) ?? []).map((line) => measure.fitted(line, 'minor', settings.node.labelWidthWhole))
}

function lineHeight(kind: TextKind, look: Settings['label']): number {
  return kind === 'name' ? look.nameSize + 4 : look.minorSize + 3
}

function busiest(scene: Scene, most: number): ReadonlySet<string> {
  const there = scene.nodes.filter(({ goneMs, plain }) => goneMs === undefined && plain !== true)
  const byWeight = there.sort((a, b) => b.weight - a.weight || (a.id < b.id ? -1 : 1))
  return new Set(byWeight.slice(0, most).map((node) => node.id))
}

function isMarked(frame: Frame, node: SceneNode): boolean {
  return node.id === frame.hoveredNode || node.id === frame.selectedNode
}

function line(frame: Frame, text: string, x: number, y: number, font: string, colour: string): void {
  const { ctx } = frame
  ctx.font = font
  ctx.strokeText(text, x, y)
  ctx.fillStyle = colour
  ctx.fillText(text, x, y)
}

const number = (value: number) => String(Math.round(value * 100) / 100)

/** A path that is written as SVG. It has the methods of `Path2D` that the map is drawn with. */
export interface SvgPath {
  /** The path as the attribute `d` has it. */
  text(): string
  moveTo(x: number, y: number): void
  lineTo(x: number, y: number): void
  quadraticCurveTo(cx: number, cy: number, x: number, y: number): void
  arc(x: number, y: number, r: number, from: number, to: number): void
  arcTo(x1: number, y1: number, x2: number, y2: number, r: number): void
  rect(x: number, y: number, width: number, height: number): void
  roundRect(x: number, y: number, width: number, height: number, r: number): void
  closePath(): void
}

/** @param written a path to begin with, as the attribute `d` has it */
export function createSvgPath(written = ''): SvgPath {
  const parts: string[] = written === '' ? [] : [written]
  let [atX, atY] = [0, 0]
  const add = (letter: string, ...values: readonly number[]) =>
    void parts.push(letter + values.map(number).join(' '))
  const to = (x: number, y: number) => {
    atX = x
    atY = y
  }
  const moveTo = (x: number, y: number) => {
    add('M', x, y)
    to(x, y)
  }
  const lineTo = (x: number, y: number) => {
    if (parts.length === 0) return moveTo(x, y)
    add('L', x, y)
    to(x, y)
  }
  const joinTo = (x: number, y: number) => {
    if (parts.length === 0 || Math.hypot(x - atX, y - atY) > 0.005) lineTo(x, y)
  }
  const arcOnTo = (r: number, large: boolean, clockwise: boolean, x: number, y: number) => {
    add('A', r, r, 0, large ? 1 : 0, clockwise ? 1 : 0, x, y)
    to(x, y)
  }
  const path: SvgPath = {
    text: () => parts.join(''),
    moveTo,
    lineTo,
    quadraticCurveTo(cx, cy, x, y) {
      add('Q', cx, cy, x, y)
      to(x, y)
    },
    arc(x, y, r, from, until) {
      const turn = 2 * Math.PI
      const at = (angle: number) => [x + r * Math.cos(angle), y + r * Math.sin(angle)] as const
      joinTo(...at(from))
      // One arc cannot be a whole circle.
      if (until - from >= turn - 1e-6) {
        arcOnTo(r, false, true, ...at(from + Math.PI))
        return arcOnTo(r, false, true, ...at(from))
      }
      const swept = (((until - from) % turn) + turn) % turn
      arcOnTo(r, swept > Math.PI, true, ...at(until))
    },
    arcTo(x1, y1, x2, y2, r) {
      const back = { x: atX - x1, y: atY - y1 }
      const on = { x: x2 - x1, y: y2 - y1 }
      const lengths = [Math.hypot(back.x, back.y), Math.hypot(on.x, on.y)] as const
      const cross = back.x * on.y - back.y * on.x
      if (lengths[0] === 0 || lengths[1] === 0 || Math.abs(cross) < 1e-9) return lineTo(x1, y1)
      const cosine = (back.x * on.x + back.y * on.y) / (lengths[0] * lengths[1])
      const away = r / Math.tan(Math.acos(Math.max(-1, Math.min(1, cosine))) / 2)
      lineTo(x1 + (back.x / lengths[0]) * away, y1 + (back.y / lengths[0]) * away)
      arcOnTo(r, false, cross < 0, x1 + (on.x / lengths[1]) * away, y1 + (on.y / lengths[1]) * away)
    },
    rect(x, y, width, height) {
      moveTo(x, y)
      lineTo(x + width, y)
      lineTo(x + width, y + height)
      lineTo(x, y + height)
      add('Z')
    },
    roundRect(x, y, width, height, corner) {
      const r = Math.min(corner, width / 2, height / 2)
      moveTo(x + r, y)
      lineTo(x + width - r, y)
      arcOnTo(r, false, true, x + width, y + r)
      lineTo(x + width, y + height - r)
      arcOnTo(r, false, true, x + width - r, y + height)
      lineTo(x + r, y + height)
      arcOnTo(r, false, true, x, y + height - r)
      lineTo(x, y + r)
      arcOnTo(r, false, true, x + r, y)
      add('Z')
    },
    closePath: () => add('Z'),
  }
  return path
}

import type { Canvas2D } from '../frame.ts'
import { createSvgPath, type SvgPath } from './svg-path.ts'

/** A drawing that is written as an SVG document instead of being painted. */
export interface SvgCanvas {
  /** Takes what the map is drawn with: paths, texts, and how they look. Has no other methods of a canvas. */
  readonly ctx: Canvas2D
  /** Makes a path for `ctx`. @param written a path to begin with, as the attribute `d` has it */
  newPath(written?: string): Path2D
  /** The document. @param title what it shows; it may hold any characters */
  text(title: string): string
}

interface Look {
  globalAlpha: number
  fillStyle: string
  strokeStyle: string
  lineWidth: number
  lineCap: string
  lineJoin: string
  font: string
  textAlign: string
  textBaseline: string
  dash: readonly number[]
  /** Where the map lies in the drawing. */
  at: { readonly zoom: number; readonly x: number; readonly y: number }
}

/** How far the baseline of a text is below what it is placed by, as a share of its size. */
const baselines: Readonly<Record<string, number>> = { alphabetic: 0, middle: 0.36, top: 0.86 }

/** A text as it may stand in XML: markup is escaped, and characters that no document may hold are left out. */
export function escapeXml(text: string): string {
  return (
    text
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what no document may hold
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
      .replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '')
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;')
  )
}

/** Creates an empty drawing of a size in pixels. */
export function createSvgCanvas(width: number, height: number): SvgCanvas {
  const look: Look = {
    ...{ globalAlpha: 1, fillStyle: '#000', strokeStyle: '#000', lineWidth: 1, lineCap: 'butt' },
    ...{ lineJoin: 'miter', font: '400 10px sans-serif', textAlign: 'start', textBaseline: 'alphabetic' },
    ...{ dash: [], at: { zoom: 1, x: 0, y: 0 } },
  }
  const saved: Look[] = []
  const groups: { readonly transform: string; readonly parts: string[] }[] = []
  let path = createSvgPath()
  /** A text whose halo was drawn, and that is drawn itself next. */
  let halo: { readonly text: string; readonly x: number; readonly y: number } | undefined

  const round = (value: number) => Math.round(value * 1000) / 1000
  /** What places far from the origin are multiplied by. */
  const fine = (value: number) => Math.round(value * 1e7) / 1e7
  const attributes = (all: Readonly<Record<string, string | number | undefined>>): string =>
    Object.entries(all)
      .map(([name, value]) =>
        value === undefined
          ? ''
          : ` ${name}="${typeof value === 'number' ? round(value) : escapeXml(value)}"`,
      )
      .join('')
  const put = (element: string) => {
    const { zoom, x, y } = look.at
    const transform =
      zoom === 1 && x === 0 && y === 0 ? '' : `translate(${round(x)} ${round(y)}) scale(${fine(zoom)})`
    const last = groups.at(-1)
    if (last?.transform === transform) last.parts.push(element)
    else groups.push({ transform, parts: [element] })
  }
  const opacity = () => (look.globalAlpha === 1 ? undefined : look.globalAlpha)
  const stroked = () => ({
    stroke: look.strokeStyle,
    'stroke-width': look.lineWidth,
    'stroke-linecap': look.lineCap === 'butt' ? undefined : look.lineCap,
    'stroke-linejoin': look.lineJoin === 'miter' ? undefined : look.lineJoin,
    'stroke-dasharray': look.dash.length === 0 ? undefined : look.dash.join(' '),
  })
  const pathOf = (given: unknown): SvgPath => (given === undefined ? path : (given as SvgPath))
  const text = (content: string, x: number, y: number, hasHalo: boolean) => {
    const [, weight = '400', size = '10', family = 'sans-serif'] =
      /^(?:(\d+) )?([\d.]+)px (.+)$/.exec(look.font) ?? []
    const line = attributes({
      x,
      y: y + Number(size) * (baselines[look.textBaseline] ?? 0),
      fill: look.fillStyle,
      opacity: opacity(),
      'font-family': family,
      'font-size': Number(size),
      'font-weight': weight,
      'text-anchor': look.textAlign === 'center' ? 'middle' : undefined,
      ...(hasHalo ? { ...stroked(), 'paint-order': 'stroke' } : {}),
    })
    put(`<text${line}>${escapeXml(content)}</text>`)
  }

  const methods = {
    save: () => void saved.push({ ...look }),
    restore: () => void Object.assign(look, saved.pop()),
    translate(x: number, y: number) {
      const { zoom } = look.at
      look.at = { zoom, x: look.at.x + x * zoom, y: look.at.y + y * zoom }
    },
    scale(factor: number) {
      look.at = { ...look.at, zoom: look.at.zoom * factor }
    },
    setLineDash(dash: readonly number[]) {
      look.dash = dash
    },
    beginPath() {
      path = createSvgPath()
    },
    moveTo: (...at: Parameters<SvgPath['moveTo']>) => path.moveTo(...at),
    lineTo: (...at: Parameters<SvgPath['lineTo']>) => path.lineTo(...at),
    quadraticCurveTo: (...at: Parameters<SvgPath['quadraticCurveTo']>) => path.quadraticCurveTo(...at),
    arc: (...at: Parameters<SvgPath['arc']>) => path.arc(...at),
    arcTo: (...at: Parameters<SvgPath['arcTo']>) => path.arcTo(...at),
    rect: (...at: Parameters<SvgPath['rect']>) => path.rect(...at),
    roundRect: (...at: Parameters<SvgPath['roundRect']>) => path.roundRect(...at),
    closePath: () => path.closePath(),
    fill(given?: unknown) {
      const d = pathOf(given).text()
      if (d !== '') put(`<path${attributes({ d, fill: look.fillStyle, opacity: opacity() })}/>`)
    },
    stroke(given?: unknown) {
      const d = pathOf(given).text()
      if (d !== '') put(`<path${attributes({ d, fill: 'none', opacity: opacity(), ...stroked() })}/>`)
    },
    fillRect(x: number, y: number, wide: number, high: number) {
      const { fillStyle: fill } = look
      put(`<rect${attributes({ x, y, width: wide, height: high, fill, opacity: opacity() })}/>`)
    },
    strokeRect(x: number, y: number, wide: number, high: number) {
      put(
        `<rect${attributes({ x, y, width: wide, height: high, fill: 'none', opacity: opacity(), ...stroked() })}/>`,
      )
    },
    strokeText(content: string, x: number, y: number) {
      halo = { text: content, x, y }
    },
    fillText(content: string, x: number, y: number) {
      const hasHalo = halo?.text === content && halo.x === x && halo.y === y
      halo = undefined
      text(content, x, y, hasHalo)
    },
  }

  return {
    ctx: Object.assign(look, methods) as unknown as Canvas2D,
    newPath: (written) => createSvgPath(written) as unknown as Path2D,
    text(title) {
      const body = groups.map(({ transform, parts }) => {
        const own = transform === '' ? '' : ` transform="${transform}"`
        return `<g${own}>\n${parts.join('\n')}\n</g>`
      })
      const viewBox = `0 0 ${round(width)} ${round(height)}`
      // The limit of a canvas; that of a document is less.
      const size = attributes({ width, height, viewBox, 'stroke-miterlimit': 10 })
      return `<svg xmlns="http://www.w3.org/2000/svg"${size} role="img">\n<title>${escapeXml(title)}</title>\n${body.join('\n')}\n</svg>\n`
    },
  }
}

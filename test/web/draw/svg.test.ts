import { describe, expect, it } from 'vitest'
import { createSvgCanvas, escapeXml } from '../../../web/draw/svg/svg-canvas.ts'
import { createSvgPath } from '../../../web/draw/svg/svg-path.ts'

describe('a path as SVG', () => {
  it('has lines, curves, and arcs with their directions', () => {
    const path = createSvgPath()
    path.moveTo(0, 0)
    path.lineTo(10, 0)
    path.quadraticCurveTo(20, 0, 20, 10)
    path.closePath()
    expect(path.text()).toBe('M0 0L10 0Q20 0 20 10Z')
    const circle = createSvgPath()
    circle.arc(5, 5, 5, 0, 2 * Math.PI)
    expect(circle.text()).toBe('M10 5A5 5 0 0 1 0 5A5 5 0 0 1 10 5')
    const part = createSvgPath()
    part.arc(0, 0, 10, -Math.PI / 2, Math.PI)
    expect(part.text()).toBe('M0 -10A10 10 0 1 1 -10 0')
  })

  it('rounds corners as a canvas does', () => {
    const corner = createSvgPath()
    corner.moveTo(0, 0)
    corner.arcTo(10, 0, 10, 10, 4)
    expect(corner.text()).toBe('M0 0L6 0A4 4 0 0 1 10 4')
    const box = createSvgPath()
    box.roundRect(0, 0, 10, 6, 9)
    expect(box.text().match(/A3 3/g)).toHaveLength(4)
  })
})

describe('a drawing as SVG', () => {
  it('has text as text, with its halo, in the colours it was drawn in, and names escaped', () => {
    const { ctx, text } = createSvgCanvas(200, 100)
    ctx.font = '600 13px "Inter", sans-serif'
    ctx.textAlign = 'center'
    ctx.strokeStyle = '#fff'
    ctx.lineWidth = 4
    ctx.fillStyle = '#123456'
    const name = '<script>alert("1")</script> & co'
    ctx.strokeText(name, 50, 20)
    ctx.fillText(name, 50, 20)
    const document = text('a < b')
    expect(document.match(/<text /g)).toHaveLength(1)
    expect(document).toContain('>&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; co</text>')
    expect(document).toContain('fill="#123456"')
    expect(document).toContain('stroke="#fff"')
    expect(document).toContain('font-family="&quot;Inter&quot;, sans-serif"')
    expect(document).toContain('text-anchor="middle"')
    expect(document).toContain('<title>a &lt; b</title>')
    expect(document).toContain('width="200" height="100" viewBox="0 0 200 100"')
  })

  it('places what is drawn as the canvas is moved and scaled, and puts that back', () => {
    const { ctx, newPath, text } = createSvgCanvas(10, 10)
    ctx.save()
    ctx.translate(10, 20)
    ctx.scale(2, 2)
    ctx.translate(1, 1)
    const path = newPath('M0 0L1 1')
    ctx.globalAlpha = 0.5
    ctx.stroke(path)
    ctx.restore()
    ctx.fillRect(0, 0, 10, 10)
    expect(text('')).toContain(
      '<g transform="translate(12 22) scale(2)">\n<path d="M0 0L1 1" fill="none" opacity="0.5"',
    )
    expect(text('')).toContain('<g>\n<rect x="0" y="0" width="10" height="10" fill="#000"/>')
  })

  it('has the font of texts, also without a weight, and where they stand on the line that they are placed by', () => {
    const { ctx, text } = createSvgCanvas(10, 10)
    ctx.font = '9px "Inter", sans-serif'
    for (const baseline of ['alphabetic', 'middle', 'top'] as const) {
      ctx.textBaseline = baseline
      ctx.fillText(baseline, 0, 100)
    }
    const written = [
      ...text('').matchAll(
        /<text x="0" y="([^"]+)"[^>]* font-family="([^"]+)" font-size="([^"]+)" font-weight="([^"]+)"/g,
      ),
    ]
    expect(written.map(([, , ...font]) => font)).toEqual(
      Array(3).fill(['&quot;Inter&quot;, sans-serif', '9', '400']),
    )
    const [alphabetic, middle, top] = written.map(([, y]) => Number(y)) as [number, number, number]
    expect(alphabetic).toBe(100)
    // Half of the size lies between the top and the middle.
    expect(top - middle).toBeCloseTo(4.5)
    expect(middle).toBeGreaterThan(alphabetic)
  })

  it('is not shifted where the map is large and seen from afar', () => {
    const { ctx, newPath, text } = createSvgCanvas(1000, 700)
    ctx.translate(0.25, 0)
    ctx.scale(0.0805, 0.0805)
    ctx.scale(1.0049, 1.0049)
    ctx.stroke(newPath('M8000 0L9000 0'))
    const [, zoom] = /scale\(([^)]+)\)/.exec(text('')) ?? []
    expect(Number(zoom) * 9000).toBeCloseTo(0.0805 * 1.0049 * 9000, 1)
  })

  it('has sharp corners wherever a canvas has them', () => {
    expect(createSvgCanvas(10, 10).text('')).toContain('stroke-miterlimit="10"')
  })

  it('leaves out what no document may hold', () => {
    expect(escapeXml('a\u0000b\ud800c\u0007\ufffe😀')).toBe('abc😀')
  })
})

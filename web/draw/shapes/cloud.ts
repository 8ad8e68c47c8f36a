/** The Internet: a cloud of four arcs over a flat bottom. */
export function cloud(path: Path2D, x: number, y: number, r: number): void {
  const base = y + r * 0.62
  path.moveTo(x - r * 0.78, base)
  path.arc(x - r * 0.72, base - r * 0.46, r * 0.46, Math.PI / 2, Math.PI * 1.42)
  path.arc(x - r * 0.12, y - r * 0.3, r * 0.66, Math.PI * 1.02, Math.PI * 1.78)
  path.arc(x + r * 0.72, base - r * 0.52, r * 0.52, Math.PI * 1.42, Math.PI / 2)
  path.closePath()
}

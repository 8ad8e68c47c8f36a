/** A container: a hexagon on its point with slightly rounded corners. Six arcs. */
export function hexagon(path: Path2D, x: number, y: number, r: number): void {
  const outer = r * 1.06
  const corner = (index: number) => {
    const angle = (Math.PI / 3) * index - Math.PI / 2
    return { x: x + outer * Math.cos(angle), y: y + outer * Math.sin(angle) }
  }
  const first = corner(0)
  const last = corner(5)
  path.moveTo((first.x + last.x) / 2, (first.y + last.y) / 2)
  for (let index = 0; index < 6; index++) {
    const here = corner(index)
    const next = corner(index + 1)
    path.arcTo(here.x, here.y, (here.x + next.x) / 2, (here.y + next.y) / 2, r * 0.18)
  }
  path.closePath()
}

/** A named service: a lying pill, wider than high. */
export function pill(path: Path2D, x: number, y: number, r: number): void {
  path.roundRect(x - r * 1.3, y - r * 0.74, r * 2.6, r * 1.48, r * 0.74)
}

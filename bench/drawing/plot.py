"""Line plots as SVG, on a ground of their own: they read the same on a light and a dark page."""
import html
import math

INK, FAINT, GROUND = '#24323d', '#c9d8e0', '#f5f9fb'
LEFT, RIGHT, TOP, BOTTOM = 64, 20, 58, 56
HEAD = ('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {0} {1}" width="{0}" height="{1}"\n'
        '     font-family="DejaVu Sans, Verdana, sans-serif" font-size="12" fill="{2}">\n')


class Plot:
    """x is logarithmic from 1, y linear from 0. Places are given in the units of the axes."""

    def __init__(self, title, x_title, x_ticks, y_ticks, unit='', width=450, height=300):
        self.width, self.height, self.unit = width, height, unit
        self.x_max, self.y_max = x_ticks[-1], y_ticks[-1]
        self.parts = []
        self.text(LEFT, 28, title, 'font-size="14" font-weight="bold"')
        self.text((LEFT + width - RIGHT) / 2, height - 16, x_title, 'text-anchor="middle"')
        for y in y_ticks:
            self.line([(1, y), (self.x_max, y)], FAINT, 'stroke-width="1"')
            self.text(LEFT - 8, self.y(y) + 4, f'{y}{unit}', 'text-anchor="end"')
        for x in x_ticks:
            self.text(self.x(x), height - BOTTOM + 18, x, 'text-anchor="middle"')

    def x(self, value):
        return LEFT + (self.width - LEFT - RIGHT) * math.log(value) / math.log(self.x_max)

    def y(self, value):
        return self.height - BOTTOM - (self.height - TOP - BOTTOM) * value / self.y_max

    def text(self, x, y, text, style=''):
        self.parts.append(f'<text x="{x:.0f}" y="{y:.0f}" {style}>{html.escape(str(text))}</text>')

    def line(self, points, colour, style='stroke-width="2.5"'):
        places = ' '.join(f'{self.x(x):.1f},{self.y(y):.1f}' for x, y in points)
        self.parts.append(f'<polyline points="{places}" fill="none" stroke="{colour}" {style}/>')

    def curve(self, points, colour):
        self.line(points, colour)
        self.parts += [f'<circle cx="{self.x(x):.1f}" cy="{self.y(y):.1f}" r="4" fill="{colour}"/>'
                       for x, y in points]

    def label(self, x, y, text, colour=INK, style=''):
        self.text(self.x(x), self.y(y), text, f'fill="{colour}" {style}')


def picture(title, plots):
    """The plots side by side, as the text of a file."""
    width, height = sum(plot.width for plot in plots), max(plot.height for plot in plots)
    lines = [HEAD.format(width, height, INK), f'  <title>{html.escape(title)}</title>\n',
             f'  <rect width="{width}" height="{height}" rx="12" fill="{GROUND}"/>\n']
    at = 0
    for plot in plots:
        lines.append(f'  <g transform="translate({at} 0)">\n')
        lines += [f'    {part}\n' for part in plot.parts]
        lines.append('  </g>\n')
        at += plot.width
    return ''.join(lines) + '</svg>\n'

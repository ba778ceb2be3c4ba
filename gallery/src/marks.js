// Annotations on a graph: a dashed line for a moment, a tinted stretch between two lines for a time.
import { theme } from './frames';

export function drawMarks(config, marks) {
  config.addHook('draw', (plot) => {
    const { ctx, bbox } = plot;
    const ratio = window.devicePixelRatio;
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height + 6 * ratio);
    ctx.clip();
    for (const mark of marks) {
      const color = theme.visualization.getColorByName(mark.color);
      const [left, right] = [mark.from, mark.to].map((time) => plot.valToPos(time, 'x', true));
      ctx.strokeStyle = ctx.fillStyle = color;
      ctx.lineWidth = ratio;
      ctx.setLineDash([5 * ratio, 5 * ratio]);
      for (const x of new Set([left, right])) {
        ctx.beginPath();
        ctx.moveTo(x, bbox.top);
        ctx.lineTo(x, bbox.top + bbox.height);
        ctx.stroke();
      }
      if (right > left) {
        ctx.globalAlpha = 0.1;
        ctx.fillRect(left, bbox.top, right - left, bbox.height);
        ctx.globalAlpha = 1;
        ctx.fillRect(left, bbox.top + bbox.height, right - left, 5 * ratio);
      } else {
        triangle(ctx, left, bbox.top + bbox.height, 5 * ratio);
      }
    }
    ctx.restore();
  });
}

function triangle(ctx, x, y, size) {
  ctx.beginPath();
  ctx.moveTo(x, y);
  ctx.lineTo(x - size, y + size);
  ctx.lineTo(x + size, y + size);
  ctx.fill();
}

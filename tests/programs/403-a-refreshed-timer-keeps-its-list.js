// refresh() moves a timer, but not its list: that keeps the expiry of its first days, and may run
// before a list that was to expire in between. A timer that is over, cleared then and refreshed is
// waited for all the same, and its list with it; it calls nothing.
const block = (ms) => { for (const end = Date.now() + ms; Date.now() < end;); };

const a = setTimeout(() => console.log('a'), 40);
block(20);
a.refresh();
setTimeout(() => console.log('b'), 30);
block(60);

const over = setTimeout(() => console.log('over'), 45);
setTimeout(() => {
  clearTimeout(over);
  over.refresh();
  block(20);
  setTimeout(() => console.log('c'), 45);
  setTimeout(() => console.log('d'), 35);
  block(70);
}, 100);

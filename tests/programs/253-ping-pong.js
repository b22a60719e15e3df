// Two async functions that hand a ball to each other by promises and timers.
const delay = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
async function player(name, hit, rounds) {
  for (let i = 1; i <= rounds; i++) {
    await hit(i);
    console.log(name, i);
  }
  return name + ' is done';
}
Promise.all([
  player('ping', (i) => delay(30), 3),
  player('pong', (i) => delay(i === 1 ? 45 : 30), 3),
  player('quick', (i) => null, 2),
]).then((names) => console.log(names));

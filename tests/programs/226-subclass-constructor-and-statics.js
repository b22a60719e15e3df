// A subclass's constructor is called for every promise that then and the statics make.
let made = 0;
class Counted extends Promise {
  constructor(executor) {
    super(executor);
    made++;
  }
  static twice(v) {
    return this.resolve(v).then((x) => x + x);
  }
}
function count(what) {
  console.log(what, made);
  made = 0;
}
const p = Counted.resolve(1);
count('resolve');
p.then();
count('then');
p.catch();
count('catch');
p.finally(() => {});
count('finally');
Counted.reject(1).catch(() => {});
count('reject and catch');
Counted.all([p, p]);
count('all of two');
Counted.race([1, p]);
count('race of a value and one');
Counted.twice('ab').then((v) => console.log(v, 'in all', made));
count('own static');

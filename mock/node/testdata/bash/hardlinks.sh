echo one > h1; ln h1 h2; echo two >> h2; cat h1; stat -c '%h %n' h1 h2; ls -l h1 | cut -d' ' -f1-2; rm h1; cat h2; stat -c %h h2
ln h2 h2; echo $?; ln nofile h3; echo $?; ln /tmp dirlink; echo $?; mkdir d; ln h2 d; cat d/h2; mv h2 h4; echo x >> h4; cat d/h2; [ h4 -ef d/h2 ] && echo same
cp h4 h5; stat -c %h h5; ln -f h5 h4; stat -c %h h4
